"""Reading case papers: who reads them, what differs between versions, print and packet (R22, R25)."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.cases.enums import CaseAccess, PublicForm
from forum.cases.models import Case, Document
from forum.cases.services import cases
from forum.meetings.agenda import changes_since_notice
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers import attachments, drafts, finishing, queries
from forum.meetings.case_papers import services as papers
from forum.meetings.case_papers.models import CasePaperDraft
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import item_lines
from tests.factories.browsers import as_, text_of
from tests.factories.councils import village_council
from tests.factories.organisation import Municipality
from tests.factories.papers import BASIS, SECRET, content, finish, page, pdf, redacted, words_of
from tests.forum.cases.test_opinions import ask, citizens
from tests.forum.meetings.test_lifecycle import plan
from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.test_document import check_structure, check_with_pdfua
from trepart.access import policy
from trepart.refusals import NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


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
                lambda who: drafts.save_draft(case, content=content(), seen="0.0", actor=who),
                lambda who: finishing.finish(case, content=content(), seen="0.0", actor=who),
                lambda who: attachments.attach(case, upload=pdf(), actor=who),
                lambda who: papers.set_archive_reference(case, reference="x", actor=who),
                lambda who: drafts.discard_draft(case, seen="0.0", actor=who),
            ):
                with pytest.raises(NotPermitted):
                    act(person)
        assert not CasePaperDraft.objects.exists()

    def test_lists_and_questions_agree(self, town: Municipality, case: Case) -> None:
        finishing.finish(case, content=redacted(), seen=drafts.mark(case), actor=town.secretary)
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
        finishing.finish(case, content=content(), seen=drafts.mark(case), at_once=True, actor=town.secretary)
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
        finishing.finish(
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
        attachments.attach(case, upload=pdf(), title="Kart", actor=town.secretary)
        finishing.finish(case, content=content(), seen=drafts.mark(case), actor=town.secretary)
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
        attachments.attach(case, upload=pdf(), title="Åpent", actor=town.secretary)
        attachments.attach(case, upload=pdf(), title="Kari", basis=BASIS, actor=town.secretary)
        finishing.finish(case, content=redacted(), seen=drafts.mark(case), actor=town.secretary)
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
                attachments.attach(own, upload=pdf(), actor=town.secretary)
                finish(own, town.secretary)
            items = list(planned.items.select_related("meeting__body", "case", "referral__case"))
            with CaptureQueriesContext(connection) as asked:
                assert len(queries.papers_of(items, town.secretary)) == size
            return len(asked)

        cost(1)  # what the person may is asked once
        assert cost(2) == cost(8)

    def test_opinions_stand_on_the_paper(self, town: Municipality) -> None:
        opinion = ask(town, village_council(town))
        case = opinion.case
        finishing.finish(case, content=content(), seen=drafts.mark(case), actor=town.coordination_secretary)
        said = text_of(as_(town.coordination_secretary).get(page("case_paper", case)))
        assert opinion.get_absolute_url() in said
        assert opinion.get_absolute_url() not in text_of(as_().get(page("case_paper", case)))

    def test_an_attachment_in_a_draft_does_not_stand_with_the_proposal(self, town: Municipality) -> None:
        proposal = citizens(town)
        document = attachments.attach(
            proposal.case, upload=pdf(), title="Bare i utkastet", actor=town.coordination_secretary
        )
        for person in (None, town.coordination_secretary, proposal.proposer):
            assert "Bare i utkastet" not in text_of(as_(person).get(proposal.get_absolute_url()))
            assert (
                as_(person).get(reverse("proposals:document", args=[proposal.case_id, document.pk])).status_code == 404
            )


class TestPrint:
    @pytest.mark.printed
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
        assert PublicForm.WHOLE.value not in said
