"""Writing case papers: drafts, versions that never change, and two who write at once (R22, R25, R29)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.meetings.case_papers import drafts, finishing
from forum.meetings.case_papers import services as papers
from forum.meetings.case_papers.drafts import Overtaken
from forum.meetings.case_papers.models import CasePaperDraft, CasePaperVersion
from forum.meetings.core.models import AgendaItem, Meeting
from tests.factories.at_once import together
from tests.factories.browsers import as_, text_of
from tests.factories.organisation import Municipality, municipality
from tests.factories.papers import BASIS, OPEN, SECRET, content, finish, page, redacted
from tests.forum.meetings.test_lifecycle import called
from tests.proposals.citizens import screened, sent
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import WrongState

pytestmark = pytest.mark.django_db


class TestWriting:
    def test_from_the_agenda_to_a_finished_paper_without_javascript(self, town: Municipality, item: AgendaItem) -> None:
        client = as_(town.secretary)
        begun = client.post(reverse("forum:paper_begin", args=[item.meeting_id, item.pk]))
        case = AgendaItem.objects.get(pk=item.pk).case
        assert case is not None
        assert case.access == CaseAccess.PUBLIC
        write = page("case_paper_write", case)
        assert begun.headers["Location"] == write
        shown = text_of(client.get(write))
        # What is known already is not written again.
        assert "Felles vaktmester: ja.</textarea>" in shown
        sent = {
            "seen": drafts.mark(case),
            "recommendation": "Det opprettes én stilling.\n\n- fra høsten\n- på **prøve**",
            "facts": "<h1>Bakgrunn</h1><p class=MsoNormal style='mso-x:1'>Tekst<o:p></o:p></p>",
            "public_form": "whole",
            "needs_discussion": "on",
            "discussed_on": "2026-01-15",
            "discussed_with": "Fagforbundet ved Åse Lien",
            "do": "save",
        }
        assert client.post(write, sent).status_code == 302
        draft = CasePaperDraft.objects.get()
        assert (
            draft.recommendation
            == "<p>Det opprettes én stilling.</p><ul><li>fra høsten</li><li>på <strong>prøve</strong></li></ul>"
        )
        assert draft.facts == "<h3>Bakgrunn</h3><p>Tekst</p>"
        assert as_().get(page("case_paper", case)).status_code == 404
        done = client.post(write, {**sent, "seen": drafts.mark(case), "do": "finish"})
        assert done.headers["Location"] == page("case_paper", case)
        assert not CasePaperDraft.objects.exists()
        for client in (as_(), as_(town.elected[3]), as_(town.secretary)):
            said = text_of(client.get(page("case_paper", case)))
            assert "<li>på <strong>prøve</strong></li>" in said
            assert "Fagforbundet ved Åse Lien" in said
            assert "Working Environment Act §§ 8-1 and 8-2" in said
        # The recommendation is what the meeting votes on.
        assert (
            AgendaItem.objects.get(pk=item.pk).recommendation
            == "Det opprettes én stilling.\n\n– fra høsten\n– på prøve"
        )

    def test_who_may_begin_on_a_paper_from_the_agenda(self, town: Municipality, item: AgendaItem) -> None:
        address = reverse("forum:paper_begin", args=[item.meeting_id, item.pk])
        for person in (town.elected[3], town.union[0], town.administrator, town.coordination_secretary, town.outsider):
            assert as_(person).post(address).status_code == 404
        assert as_().post(address).status_code == 302
        assert as_(town.secretary).get(address).status_code == 405
        assert AgendaItem.objects.get(pk=item.pk).case is None
        assert as_(town.chair).post(address).status_code == 302
        assert AgendaItem.objects.get(pk=item.pk).case is not None

    def test_what_is_missing_is_said_next_to_the_field_and_nothing_is_lost(
        self, town: Municipality, case: Case
    ) -> None:
        write, client = page("case_paper_write", case), as_(town.secretary)
        sent = {
            "seen": drafts.mark(case),
            "facts": OPEN,
            "public_form": "redacted",
            "discussed_on": "2026-01-15",
            "do": "finish",
        }
        refused = client.post(write, sent)
        assert refused.status_code == 422
        said = text_of(refused)
        assert OPEN in said
        for words in ("Say on what legal basis", "Nothing is marked as exempt", "Say whom it was discussed with"):
            assert words in said
        assert not CasePaperVersion.objects.exists()
        for hostile in (
            {"do": "fly"},
            {"do": "detach:²"},
            {"do": "detach:99999999999999999999"},
            {"public_form": "alt"},
            {"discussed_on": "i går"},
            {"discussed_with": "x" * 301},
            {"facts": "x" * 1_000_001},
        ):
            assert client.post(
                write, {"seen": drafts.mark(case), "public_form": "whole", "do": "save", **hostile}
            ).status_code in (404, 422, 302)
        assert not CasePaperVersion.objects.exists()

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"recommendation": "", "facts": ""}, "recommendation"),
            ({"public_form": "nothing"}, "exempt_basis"),
            ({"public_form": "nothing", "exempt_basis": "fordi"}, "exempt_basis"),
            ({"public_form": "redacted", "exempt_basis": BASIS}, "public_form"),
            ({"facts": f"<p><mark>{SECRET}</mark></p>"}, "public_form"),
            ({"assessment": "<p>Født 139250 10086</p>"}, "assessment"),
            (
                {
                    "assessment": "<p>13925010086</p>",
                    "facts": "<p><mark>x</mark></p>",
                    "public_form": "redacted",
                    "exempt_basis": BASIS,
                },
                "assessment",
            ),
            ({"discussed_on": clock.today(), "discussed_with": " "}, "discussed_with"),
            ({"discussed_on": clock.today() + timedelta(days=2), "discussed_with": "Delta"}, "discussed_on"),
        ],
    )
    def test_each_rule_from_the_wrong_side(
        self, town: Municipality, case: Case, more: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            finish(case, town.secretary, **more)
        assert set(refused.value.message_dict) == {field}
        assert not CasePaperVersion.objects.exists()

    def test_what_is_taken_out_may_hold_a_number(self, town: Municipality, case: Case) -> None:
        kept = content(facts="<p>Gjelder <mark>139250 10086</mark></p>", public_form="redacted", exempt_basis=BASIS)
        assert finishing.finish(case, content=kept, seen=drafts.mark(case), actor=town.secretary).number == 1

    def test_a_second_version_says_what_is_changed(self, town: Municipality, case: Case) -> None:
        finish(case, town.secretary)
        with pytest.raises(ValidationError) as refused:
            finish(case, town.secretary, assessment="<p>Ny</p>")
        assert set(refused.value.message_dict) == {"reason"}
        with pytest.raises(ValidationError) as refused:
            finish(case, town.secretary, reason="Ingenting")
        assert "Nothing is changed" in str(refused.value)
        assert finish(case, town.secretary, assessment="<p>Ny</p>", reason="Vurderingen manglet.").number == 2

    def test_a_paste_is_shown_clean_before_it_is_saved(self, town: Municipality, case: Case) -> None:
        address = page("case_paper_clean", case)
        answer = as_(town.secretary).post(
            address, {"html": "<h1 onclick=x>A</h1><script>alert(1)</script><p style='mso-x:1'>b</p>"}
        )
        assert (text_of(answer), answer.headers["Content-Type"]) == ("<h3>A</h3><p>b</p>", "text/plain; charset=utf-8")
        assert as_(town.secretary).post(address, {"html": "x" * 1_000_001}).status_code == 422
        assert as_(town.secretary).get(address).status_code == 405
        for person in (town.elected[3], town.outsider):
            assert as_(person).post(address, {"html": "x"}).status_code == 404

    def test_it_saves_itself(self, town: Municipality, case: Case) -> None:
        client, write = as_(town.secretary), page("case_paper_write", case)
        sent = {"do": "autosave", "seen": drafts.mark(case), "facts": "En", "public_form": "whole", "page": "denne"}
        answer = client.post(write, sent).json()
        assert answer["seen"] == drafts.mark(case) == "0.1"
        assert CasePaperDraft.objects.get().facts == "<p>En</p>"
        # The button pressed while the page was saving itself: what was typed last counts, and
        # nobody is warned of themselves.
        assert client.post(write, {**sent, "do": "save", "facts": "En to"}).status_code == 302
        assert CasePaperDraft.objects.get().facts == "<p>En to</p>"
        # Another window of the same person's is another page: what it never had is not written over.
        again = client.post(write, {**sent, "seen": "0.1", "page": "annen", "facts": ""})
        assert again.status_code == 409
        assert CasePaperDraft.objects.get().facts == "<p>En to</p>"
        other = as_(town.chair).post(write, {**sent, "facts": "Tre"})
        assert other.status_code == 409
        assert town.secretary.name in other.json()["said"]

    def test_the_draft_can_be_thrown_away(self, town: Municipality, case: Case) -> None:
        drafts.save_draft(case, content=content(), seen=drafts.mark(case), actor=town.secretary)
        client, write = as_(town.secretary), page("case_paper_write", case)
        assert client.post(write, {"do": "discard", "seen": "0.0"}).status_code == 409
        assert client.post(write, {"do": "discard", "seen": drafts.mark(case)}).status_code == 302
        assert not CasePaperDraft.objects.exists()

    def test_the_archives_own_number_stands_on_the_paper_and_the_agenda(
        self, town: Municipality, case: Case, meeting: Meeting
    ) -> None:
        finish(case, town.secretary)
        sent = {"do": "archive", "seen": drafts.mark(case), "public_form": "whole", "archive_reference": "2026/00417-3"}
        assert as_(town.secretary).post(page("case_paper_write", case), sent).status_code == 302
        for address in (
            page("case_paper", case),
            meeting.get_absolute_url(),
            reverse("forum:paper", args=[meeting.pk, meeting.items.get().pk]),
        ):
            assert "2026/00417-3" in text_of(as_().get(address))


class TestTwoAtOnce:
    def test_the_second_is_told_and_both_texts_are_shown(self, town: Municipality, case: Case) -> None:
        write = page("case_paper_write", case)
        seen = drafts.mark(case)
        one, other = as_(town.secretary), as_(town.chair)
        sent = {"seen": seen, "public_form": "whole", "do": "save"}
        assert one.post(write, {**sent, "facts": "Sekretærens tekst"}).status_code == 302
        late = other.post(write, {**sent, "facts": "Lederens tekst"})
        said = text_of(late)
        assert late.status_code == 409
        assert "Lederens tekst</textarea>" in said
        assert "<p>Sekretærens tekst</p>" in said
        assert town.secretary.name in said
        assert CasePaperDraft.objects.get().facts == "<p>Sekretærens tekst</p>"
        # Having seen both, the second saves what is to stand.
        again = {**sent, "seen": drafts.mark(case), "facts": "Begges tekst"}
        assert f'name="seen" value="{drafts.mark(case)}"' in said
        assert other.post(write, again).status_code == 302
        assert CasePaperDraft.objects.get().facts == "<p>Begges tekst</p>"

    def test_what_was_finished_meanwhile_is_not_undone(self, town: Municipality, case: Case) -> None:
        finish(case, town.secretary)
        seen = drafts.mark(case)
        finish(case, town.secretary, assessment="<p>Ny</p>", reason="Ny vurdering")
        with pytest.raises(Overtaken):
            drafts.save_draft(case, content=content(), seen=seen, actor=town.chair)
        with pytest.raises(Overtaken):
            finishing.finish(case, content=content(reason="x"), seen=seen, actor=town.chair)
        assert [v.number for v in CasePaperVersion.objects.order_by("number")] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_the_same_moment() -> None:
    town = municipality()
    case = papers.case_of(called(town).items.get(), actor=town.secretary)
    seen = drafts.mark(case)
    answers = together(
        lambda: finishing.finish(case, content=content(assessment="<p>A</p>"), seen=seen, actor=town.secretary),
        lambda: finishing.finish(case, content=content(assessment="<p>B</p>"), seen=seen, actor=town.chair),
    )
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 1, answers
    assert isinstance(refused[0], WrongState)
    assert CasePaperVersion.objects.count() == 1


class TestGuards:
    def test_a_finished_version_never_changes(self, town: Municipality, case: Case) -> None:
        version = finish(case, town.secretary)
        for act in (
            lambda: CasePaperVersion.objects.filter(pk=version.pk).update(facts="x"),
            lambda: CasePaperVersion.objects.filter(pk=version.pk).delete(),
            lambda: connection.cursor().execute("TRUNCATE meetings_casepaperversion CASCADE"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_what_the_database_itself_refuses(self, town: Municipality, case: Case) -> None:
        version = finish(case, town.secretary)
        fields = {name: getattr(version, name) for name in drafts.FIELDS}
        for more in (
            {"number": 1, "reason": "x"},
            {"number": 2, "reason": ""},
            {"number": 2, "reason": "x", "public_form": "nothing"},
            {"number": 2, "reason": "x", "recommendation": "", "facts": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                CasePaperVersion.objects.create(paper=version.paper, written_by=town.secretary, **{**fields, **more})

    def test_the_trail_tells_it_without_the_words(self, town: Municipality, case: Case) -> None:
        finishing.finish(case, content=redacted(), seen=drafts.mark(case), actor=town.secretary)
        event = Event.objects.get(action="forum.paper_finished")
        assert (event.root_type, event.root_id, event.data["version"]) == ("cases.case", case.pk, 1)
        assert SECRET not in str(list(Event.objects.values_list("data", flat=True)))


def test_whoever_prepares_a_case_comes_to_its_paper_from_the_queue(town: Municipality) -> None:
    proposal = screened(town, sent())
    queue = reverse("forum:body_queue", args=[town.coordination.slug])
    write = page("case_paper_write", proposal.case)
    assert write in text_of(as_(town.coordination_secretary).get(queue))
    assert as_(town.coordination_secretary).get(write).status_code == 200
    # Who sits in the body without preparing its cases reads the same queue without the way there.
    member = as_(town.coordination_members[0])
    shown = text_of(member.get(queue))
    assert proposal.title in shown
    assert write not in shown
    assert member.get(write).status_code == 404


def test_a_proposers_words_are_text_in_the_case_paper_and_hang_nobody(town: Municipality) -> None:
    deep = "<b>" * 40 + "x" + "</b>" * 40
    proposal = screened(town, sent(what=f"{deep} [ikke merket", why="1. <script>alert(1)</script>\nog **mer**"))
    secretary, write = as_(town.coordination_secretary), page("case_paper_write", proposal.case)
    shown = text_of(secretary.get(write))
    assert "&amp;lt;b&amp;gt;" in shown
    assert "<script>alert" not in shown
    begun = drafts.beginning(proposal.case, summary="<b>a</b> [[b\n1. c")
    assert begun["facts"] == "<p>&lt;b&gt;a&lt;/b&gt; [b<br>1. c</p>"


def test_what_is_pasted_is_refused_with_the_reason(town: Municipality, case: Case) -> None:
    secretary, clean = as_(town.secretary), page("case_paper_clean", case)
    answer = secretary.post(clean, {"html": "<p>a<del>b</del></p>"})
    assert (answer.content.decode(), answer.headers["X-Left-Out"]) == ("<p>a</p>", "hidden")
    assert "X-Left-Out" not in secretary.post(clean, {"html": "<p>a<svg>b</svg></p>"}).headers
    assert "It was left out." in text_of(secretary.get(page("case_paper_write", case)))
    for hostile, reason in (("<b>" * 200, "more layers"), ("<p>[[a</p>", "not both before and after")):
        answer = secretary.post(clean, {"html": hostile})
        assert answer.status_code == 422
        assert reason in answer.content.decode()
    # What was not taken in stands in the field as it was written.
    answer = secretary.post(
        page("case_paper_write", case), {"facts": "før [[etter", "public_form": "whole", "do": "save"}
    )
    assert answer.status_code == 422
    assert "før [[etter</textarea>" in text_of(answer)
    assert "&lt;p&gt;før [[etter&lt;/p&gt;" in text_of(answer)
