"""Reading case papers: who reads what, with and without what is exempt, what differs between versions, print, and the
packet (R22, R25; koml § 11-3)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from forum.cases.enums import CaseAccess, PaperForm
from forum.cases.models import Case, Document
from forum.cases.services import cases
from forum.meetings.agenda import changes_since_notice
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers import queries
from forum.meetings.case_papers import services as papers
from forum.meetings.case_papers.models import CasePaperDraft
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import item_lines
from tests.factories.browsers import as_, text_of
from tests.factories.organisation import Municipality
from tests.factories.papers import BASIS, OPEN, SECRET, content, finish, page, pdf, redacted, words_of
from tests.forum.meetings.test_lifecycle import called, plan
from tests.trepart.pdf_reading import Tagged
from tests.trepart.test_pdf import check_structure, check_with_pdfua
from trepart import clock
from trepart.access import policy
from trepart.audit.models import ViewLog
from trepart.workflow import NotPermitted, perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return called(town)


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return meeting.items.get()


@pytest.fixture
def case(town: Municipality, item: AgendaItem) -> Case:
    return papers.case_of(item, actor=town.secretary)


class TestWho:
    def test_exactly_those_who_prepare_the_case_write(self, town: Municipality, case: Case) -> None:
        write = page("case_paper_write", case)
        writers = {town.secretary, town.chair, town.elected[1]}
        everybody = {
            *town.elected, *town.union, *town.deputies["municipality"], *town.deputies["employees"], town.secretary,
            town.administrator,
            town.coordination_leader, town.coordination_secretary, *town.coordination_members,
            *(p for group in town.lmu_members for p in group), town.employee(0), town.outsider,
        }  # fmt: skip
        assert {person for person in everybody if as_(person).get(write).status_code == 200} == writers
        assert set(policy.people_who_can("forum.write_paper", case)) == writers
        assert {as_(person).get(write).status_code for person in everybody - writers} == {404}
        assert as_().get(write).status_code == 302
        for person in (town.union[0], town.coordination_secretary, town.outsider):
            for act in (
                lambda who: papers.save_draft(case, content=content(), seen="0.0", actor=who),
                lambda who: papers.finish(case, content=content(), seen="0.0", actor=who),
                lambda who: papers.attach(case, upload=pdf(), actor=who),
                lambda who: papers.set_archive_reference(case, reference="x", actor=who),
                lambda who: papers.discard_draft(case, seen="0.0", actor=who),
            ):
                with pytest.raises(NotPermitted):
                    act(person)
        assert not CasePaperDraft.objects.exists()

    def test_lists_and_questions_agree(self, town: Municipality, case: Case) -> None:
        papers.finish(case, content=redacted(), seen=papers.mark(case), actor=town.secretary)
        people = [
            AnonymousUser(),
            town.secretary,
            town.elected[3],
            town.union[0],
            town.deputies["employees"][0],
            town.coordination_leader,
            town.employee(0),
            town.outsider,
        ]
        for right in ("forum.write_paper", "forum.view_paper", "forum.view_whole_paper"):
            for person in people:
                listed = policy.visible_to(person, right, Case.objects.all()).filter(pk=case.pk).exists()
                assert listed == policy.can(person, right, case), (right, person)
                if person.is_authenticated:
                    assert policy.people_who_can(right, case).filter(pk=person.pk).exists() == listed, (right, person)

    def test_a_finished_paper_of_a_case_not_on_an_agenda_is_read_as_the_case_is(self, town: Municipality) -> None:
        planned = plan(town)
        item = agenda.add_item(planned, title="Utkast", actor=town.secretary)
        case = papers.case_of(item, actor=town.secretary)
        cases.set_access(case, access=CaseAccess.EMPLOYEES, actor=town.secretary)
        finish(case, town.secretary)
        address = page("case_paper", case)
        assert [as_(p).get(address).status_code for p in (None, town.outsider, town.employee(0), town.secretary)] == [
            404,
            404,
            200,
            200,
        ]
        cases.set_access(case, access=CaseAccess.RECEIVER, basis=BASIS, actor=town.secretary)
        assert [as_(p).get(address).status_code for p in (None, town.employee(0), town.elected[3], town.secretary)] == [
            404,
            404,
            404,
            200,
        ]
        perform(planned, "call", actor=town.secretary)
        assert [
            as_(p).get(address).status_code
            for p in (None, town.employee(0), town.elected[3], town.deputies["employees"][0])
        ] == [404, 404, 200, 404]


class TestExempt:
    def everything(self, client: Client, case: Case, meeting: Meeting, item: AgendaItem) -> str:
        """Return all that ``client`` can get at that could give the words away, the PDF as text."""
        said = []
        for address in (
            page("case_paper", case),
            page("case_paper_version", case, 1),
            page("case_paper_versions", case),
            f"{page('case_paper_versions', case)}?fra=1&til=2",
            meeting.get_absolute_url(),
            reverse("forum:paper", args=[meeting.pk, item.pk]),
            reverse("portal:search") + "?q=Hemmelig",
            reverse("portal:front"),
            reverse("portal:press"),
            reverse("portal:press_feed"),
            reverse("forum:body_detail", args=[meeting.body.slug]),
            reverse("forum:body_feed", args=[meeting.body.slug]),
        ):
            said.append(text_of(client.get(address)))
        for address in (page("case_paper_pdf", case), page("case_paper_version_pdf", case, 1)):
            answer = client.get(address)
            if answer.status_code == 200:
                said.append(words_of(answer.content))
        return "\n".join(said)

    def outside(self, town: Municipality) -> list[Any]:
        return [
            None,
            town.outsider,
            town.employee(0),
            town.deputies["employees"][0],
            town.coordination_secretary,
            town.lmu_leader(0),
        ]

    def test_a_redacted_version_gives_nothing_away(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        papers.finish(case, content=redacted(), seen=papers.mark(case), actor=town.secretary)
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert OPEN in said
            assert f"[Exempt from public access, {BASIS}]" in said
        ViewLog.objects.all()
        said = self.everything(as_(town.union[0]), case, meeting, item)
        assert SECRET in said
        assert ViewLog.objects.filter(person=town.union[0], subject_id=case.pk, page="case_paper").exists()

    def test_a_whole_section_and_what_stands_in_it_of_the_discussion(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        more = {
            "involvement": f"<p>{SECRET}</p>",
            "needs_discussion": True,
            "discussed_on": clock.today(),
            "discussed_with": "Hemmelig er hun",
            "exempt_sections": ["involvement"],
        }
        papers.finish(
            case,
            content=content(public_form="redacted", exempt_basis=BASIS, **more),
            seen=papers.mark(case),
            actor=town.secretary,
        )
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert "has not been yet" not in said, "what is kept is not said to be missing"
        assert "Hemmelig er hun" in text_of(as_(town.union[0]).get(page("case_paper", case)))

    def test_a_paper_wholly_exempt(self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem) -> None:
        document = papers.attach(case, upload=pdf(), title="Legeerklæring Hemmelig er", actor=town.secretary)
        papers.finish(
            case,
            content=content(
                facts=f"<p>{SECRET}</p>",
                recommendation="<p>Hemmelig er det</p>",
                public_form="nothing",
                exempt_basis=BASIS,
            ),
            seen=papers.mark(case),
            actor=town.secretary,
        )
        for person in self.outside(town):
            client = as_(person)
            for name, *args in (
                ("case_paper",),
                ("case_paper_pdf",),
                ("case_paper_versions",),
                ("case_paper_version", 1),
                ("case_paper_document", document.pk),
            ):
                assert client.get(page(name, case, *args)).status_code == 404
            said = text_of(client.get(meeting.get_absolute_url())) + text_of(
                client.get(reverse("forum:paper", args=[meeting.pk, item.pk]))
            )
            assert "Hemmelig er" not in said
            # That there is one, and on what basis it is kept, is said (offentleglova § 31).
            assert f"The case paper is exempt from public access, {BASIS}." in said
        assert AgendaItem.objects.get(pk=item.pk).recommendation == "Felles vaktmester: ja."
        assert as_(town.elected[4]).get(page("case_paper_document", case, document.pk)).status_code == 200

    def test_an_exempt_attachment_and_its_redacted_copy(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        client, write = as_(town.secretary), page("case_paper_write", case)
        sent = {"public_form": "whole", "facts": OPEN}
        assert (
            client.post(
                write,
                {
                    **sent,
                    "seen": papers.mark(case),
                    "do": "attach",
                    "upload": pdf(),
                    "attachment_title": "Om Kari Hemmelig er",
                    "attachment_basis": BASIS,
                },
            ).status_code
            == 302
        )
        assert (
            client.post(
                write,
                {
                    **sent,
                    "seen": papers.mark(case),
                    "do": "attach",
                    "upload": pdf(),
                    "attachment_title": "Åpent vedlegg",
                },
            ).status_code
            == 302
        )
        kept, open_ = Document.objects.order_by("pk")
        assert client.post(write, {**sent, "seen": papers.mark(case), "do": "attach"}).status_code == 422
        assert client.post(write, {**sent, "seen": papers.mark(case), "do": f"redact:{kept.pk}"}).status_code == 422
        papers.finish(case, content=content(), seen=papers.mark(case), actor=town.secretary)
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert "Åpent vedlegg" in said
            assert f"({BASIS})" in said
            assert [as_(person).get(page("case_paper_document", case, d.pk)).status_code for d in (kept, open_)] == [
                404,
                200,
            ]
        papers.save_draft(case, content={}, seen=papers.mark(case), actor=town.secretary)
        assert (
            client.post(
                write,
                {
                    **sent,
                    "seen": papers.mark(case),
                    "do": f"redact:{kept.pk}",
                    f"redacted_{kept.pk}": pdf(),
                    f"redacted_title_{kept.pk}": "Erklæring, sladdet",
                },
            ).status_code
            == 302
        )
        copy = Document.objects.get(redacts=kept)
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert "Erklæring, sladdet" in said
            assert [
                as_(person).get(page("case_paper_document", case, d.pk)).status_code for d in (kept, open_, copy)
            ] == [404, 200, 200]
        member = as_(town.union[0])
        assert "Om Kari Hemmelig er" in text_of(member.get(page("case_paper", case)))
        assert [member.get(page("case_paper_document", case, d.pk)).status_code for d in (kept, open_, copy)] == [
            200,
            200,
            200,
        ]

    def test_what_was_exempted_later_cannot_be_read_in_the_version_before(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        finish(case, town.secretary, facts=f"<p>{OPEN} {SECRET}</p>")
        assert SECRET in text_of(as_().get(page("case_paper", case)))
        papers.finish(
            case,
            content=redacted(reason="Hemmelig er et navn som måtte ut"),
            seen=papers.mark(case),
            actor=town.secretary,
        )
        for person in self.outside(town):
            assert "Hemmelig er" not in self.everything(as_(person), case, meeting, item)
            assert as_(person).get(page("case_paper_version", case, 1)).status_code == 404
        assert SECRET in text_of(as_(town.union[0]).get(page("case_paper_version", case, 1)))

    def test_behind_closed_doors_only_those_inside_read_it(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        finish(case, town.secretary, facts=f"<p>{SECRET}</p>")
        agenda.set_doors(item, basis="koml. § 11-5 (2)", public_title="Personalsak", actor=town.secretary)
        for person in self.outside(town):
            assert as_(person).get(page("case_paper", case)).status_code == 404
            assert "Hemmelig er" not in self.everything(as_(person), case, meeting, item)
        assert SECRET in text_of(as_(town.elected[3]).get(page("case_paper", case)))

    def test_guessed_addresses(self, town: Municipality, case: Case) -> None:
        document = papers.attach(case, upload=pdf(), title="Utkast", actor=town.secretary)
        other = cases.open_case(title="Annen sak", actor=town.secretary, access=CaseAccess.PUBLIC)
        stray = cases.add_document(other, upload=pdf(), actor=town.secretary)
        finish(case, town.secretary, attachments=[])
        # In the draft of the next version, so nobody's but those who write it.
        later = papers.attach(case, upload=pdf(), title="Senere", actor=town.secretary)
        for person in (None, town.outsider, town.union[0]):
            client = as_(person)
            assert client.get(page("case_paper_document", case, document.pk)).status_code == 200
            for pk in (later.pk, stray.pk, 10**9):
                assert client.get(page("case_paper_document", case, pk)).status_code == 404
            assert client.get(page("case_paper_version", case, 99)).status_code == 404
            assert client.get(page("case_paper", other)).status_code == 404
        assert as_(town.secretary).get(page("case_paper_document", case, later.pk)).status_code == 200


class TestVersions:
    def test_what_differs_stands_paragraph_by_paragraph(self, town: Municipality, case: Case) -> None:
        finish(case, town.secretary, facts="<p>Likt</p><p>Gammelt</p>")
        finish(case, town.secretary, facts="<p>Likt</p><ul><li>Nytt</li></ul>", reason="Tallene var feil.")
        said = text_of(as_().get(page("case_paper_versions", case)))
        assert "Gammelt</del>" in said
        assert "– Nytt</ins>" in said
        assert "Tallene var feil." in said
        assert said.index("Version 2") < said.index("Version 1")
        assert "Gammelt</del>" not in text_of(as_().get(page("case_paper_versions", case) + "?fra=2&til=1"))
        for query in ("?fra=x&til=²", "?fra=99999999999999999999", "?til=7"):
            assert as_().get(page("case_paper_versions", case) + query).status_code == 200

    def test_a_version_after_the_notice_is_marked(self, town: Municipality, case: Case, meeting: Meeting) -> None:
        def marks() -> list[list[str]]:
            return list(changes_since_notice.changes(meeting, item_lines(meeting, sees_closed=False)).items.values())

        finish(case, town.secretary, recommendation="<p>Felles vaktmester: ja.</p>")
        assert marks() == [["New paper"]]
        finish(
            case,
            town.secretary,
            recommendation="<p>Felles vaktmester: ja.</p>",
            assessment="<p>Ny</p>",
            reason="Ny vurdering",
        )
        assert marks() == [["New paper", "The case paper is changed"]]
        assert "The case paper is changed" in text_of(as_().get(meeting.get_absolute_url()))

    def test_the_papers_are_counted_when_the_meeting_is_called(self, town: Municipality) -> None:
        planned = plan(town)
        bare = agenda.add_item(planned, title="Uten", actor=town.secretary)
        ready = agenda.add_item(planned, title="Med", actor=town.secretary)
        papers.finish(
            papers.case_of(ready, actor=town.secretary),
            content=content(recommendation=""),
            seen="0.0",
            actor=town.secretary,
        )
        perform(planned, "call", actor=town.secretary)
        assert changes_since_notice.called_without_papers(planned) == {bare.pk}


class TestReading:
    def test_notes_and_the_agenda_go_with_it(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        papers.attach(case, upload=pdf(), title="Kart", actor=town.secretary)
        papers.finish(case, content=content(), seen=papers.mark(case), actor=town.secretary)
        address = reverse("forum:paper", args=[meeting.pk, item.pk])
        said = text_of(as_(town.elected[3]).get(address))
        for block in ("recommendation", "facts"):
            assert f'data-paper="{block}"' in said
        assert (
            as_(town.elected[3]).post(address, {"quote": "prøvd i ett år", "block": "facts", "start": "20"}).status_code
            == 302
        )
        listed = text_of(as_().get(meeting.get_absolute_url()))
        assert "Attachment 1:" in listed
        assert page("case_paper_document", case, Document.objects.get().pk) in listed

    def test_for_the_packet(self, town: Municipality, case: Case, meeting: Meeting) -> None:
        papers.attach(case, upload=pdf(), title="Åpent", actor=town.secretary)
        papers.attach(case, upload=pdf(), title="Kari", basis=BASIS, actor=town.secretary)
        papers.finish(case, content=redacted(), seen=papers.mark(case), actor=town.secretary)
        items = list(meeting.items.select_related("meeting", "case", "referral__case"))
        public = queries.papers_of(items)[items[0].pk]
        assert [(p.title, p.document is not None, p.exempt_basis, p.redacted) for p in public] == [
            ("Felles vaktmester", False, BASIS, True), ("Åpent", True, "", False),
            ("Exempt from public access", False, BASIS, False),
        ]  # fmt: skip
        assert SECRET not in str(public)
        whole = queries.papers_of(items, town.union[0])[items[0].pk]
        assert SECRET in whole[0].html
        assert [(p.title, p.document is not None) for p in whole[1:]] == [("Åpent", True), ("Kari", True)]

    def test_thirty_papers_cost_what_three_do(self, town: Municipality) -> None:
        planned = plan(town)

        def cost(size: int) -> int:
            while planned.items.count() < size:
                item = agenda.add_item(planned, title=f"Sak {planned.items.count()}", actor=town.secretary)
                own = papers.case_of(item, actor=town.secretary)
                papers.attach(own, upload=pdf(), actor=town.secretary)
                finish(own, town.secretary)
            items = list(planned.items.select_related("meeting__body", "case", "referral__case"))
            with CaptureQueriesContext(connection) as asked:
                assert len(queries.papers_of(items, town.secretary)) == size
            return len(asked)

        cost(1)  # what the person may is asked once
        assert cost(2) == cost(8)

    def test_opinions_stand_on_the_paper(self, town: Municipality) -> None:
        from tests.factories.councils import village_council
        from tests.forum.cases.test_opinions import ask

        opinion = ask(town, village_council(town))
        case = opinion.case
        papers.finish(case, content=content(), seen=papers.mark(case), actor=town.coordination_secretary)
        said = text_of(as_(town.coordination_secretary).get(page("case_paper", case)))
        assert opinion.get_absolute_url() in said
        assert opinion.get_absolute_url() not in text_of(as_().get(page("case_paper", case)))

    def test_an_attachment_in_a_draft_does_not_stand_with_the_proposal(self, town: Municipality) -> None:
        from tests.forum.cases.test_opinions import citizens

        proposal = citizens(town)
        document = papers.attach(
            proposal.case, upload=pdf(), title="Bare i utkastet", actor=town.coordination_secretary
        )
        for person in (None, town.coordination_secretary, proposal.proposer):
            assert "Bare i utkastet" not in text_of(as_(person).get(proposal.get_absolute_url()))
            assert (
                as_(person).get(reverse("proposals:document", args=[proposal.case_id, document.pk])).status_code == 404
            )


class TestPrint:
    def test_the_same_bytes_each_time_and_all_of_it(self, town: Municipality, case: Case, tmp_path: Path) -> None:
        table = (
            '<table><thead><tr><th scope="col">År</th><th '
            'scope="col">Kr</th></tr></thead><tbody><tr><td>2026</td><td>50 000</td></tr></tbody></table>'
        )
        finish(
            case,
            town.secretary,
            facts=(
                f"<h3>Økonomi</h3>{table}<ul><li>Én<ol><li>a</li></ol></li></ul><blockquote><p>Sitat</p></blockquote>"
                "<p>Tegn: → ☐ 😀 Sámi č</p>"
            ),
        )
        one, other = (as_().get(page("case_paper_pdf", case)) for _n in range(2))
        assert one.content == other.content
        check_with_pdfua(one.content, tmp_path)
        check_structure(Tagged(one.content))
        said = words_of(one.content)
        for words in ("Økonomi", "50 000", "Sitat", "Ordningen fortsetter."):
            assert words in said
        assert PaperForm.WHOLE.value not in said
