"""Exempt case papers, sections and attachments: nothing of them reaches whoever may not read them (R25)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess
from forum.cases.models import Case, Document
from forum.cases.services import cases
from forum.meetings.agenda import proposed_closing
from forum.meetings.case_papers import attachments, drafts, finishing
from forum.meetings.core.models import AgendaItem, Meeting
from tests.factories.browsers import as_, text_of
from tests.factories.organisation import Municipality
from tests.factories.papers import BASIS, OPEN, SECRET, content, finish, page, pdf, redacted, words_of
from trepart import clock
from trepart.audit.models import ViewLog

pytestmark = pytest.mark.django_db


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

    @pytest.mark.printed
    def test_a_redacted_version_gives_nothing_away(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        finishing.finish(case, content=redacted(), seen=drafts.mark(case), actor=town.secretary)
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert OPEN in said
            assert f"[Exempt from public access, {BASIS}]" in said
        ViewLog.objects.all()
        said = self.everything(as_(town.union[0]), case, meeting, item)
        assert SECRET in said
        assert ViewLog.objects.filter(person=town.union[0], subject_id=case.pk, page="case_paper").exists()

    @pytest.mark.printed
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
        finishing.finish(
            case,
            content=content(public_form="redacted", exempt_basis=BASIS, **more),
            seen=drafts.mark(case),
            actor=town.secretary,
        )
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert "has not been yet" not in said, "what is kept is not said to be missing"
        assert "Hemmelig er hun" in text_of(as_(town.union[0]).get(page("case_paper", case)))

    def test_a_paper_wholly_exempt(self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem) -> None:
        document = attachments.attach(case, upload=pdf(), title="Legeerklæring Hemmelig er", actor=town.secretary)
        finishing.finish(
            case,
            content=content(
                facts=f"<p>{SECRET}</p>",
                recommendation="<p>Hemmelig er det</p>",
                public_form="nothing",
                exempt_basis=BASIS,
            ),
            seen=drafts.mark(case),
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

    @pytest.mark.printed
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
                    "seen": drafts.mark(case),
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
                    "seen": drafts.mark(case),
                    "do": "attach",
                    "upload": pdf(),
                    "attachment_title": "Åpent vedlegg",
                },
            ).status_code
            == 302
        )
        # A title too long is refused by its own name, not cut, and not taken for a missing file.
        long = {**sent, "do": "attach", "upload": pdf(), "attachment_title": "x" * 201}
        refused = client.post(write, {**long, "seen": drafts.mark(case)})
        assert refused.status_code == 422
        assert "200" in refused.context["refusal"]
        assert set(refused.context["attachment_form"].errors) == {"attachment_title"}
        kept, open_ = Document.objects.order_by("pk")
        assert client.post(write, {**sent, "seen": drafts.mark(case), "do": "attach"}).status_code == 422
        assert client.post(write, {**sent, "seen": drafts.mark(case), "do": f"redact:{kept.pk}"}).status_code == 422
        finishing.finish(case, content=content(), seen=drafts.mark(case), actor=town.secretary)
        for person in self.outside(town):
            said = self.everything(as_(person), case, meeting, item)
            assert "Hemmelig er" not in said
            assert "Åpent vedlegg" in said
            assert f"({BASIS})" in said
            assert [as_(person).get(page("case_paper_document", case, d.pk)).status_code for d in (kept, open_)] == [
                404,
                200,
            ]
        drafts.save_draft(case, content={}, seen=drafts.mark(case), actor=town.secretary)
        redacted = {**sent, "seen": drafts.mark(case), "do": f"redact:{kept.pk}"}
        title, file = f"redacted_title_{kept.pk}", f"redacted_{kept.pk}"
        # The title of the copy is read by everybody: nothing in it is exempt.
        client.post(write, {**redacted, file: pdf(), title: "Erklæring om [[Kari]]"})
        assert not Document.objects.filter(redacts=kept).exists()
        answer = client.post(write, {**redacted, file: pdf(), title: "Erklæring, sladdet"})
        assert answer.status_code == 302
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

    @pytest.mark.printed
    def test_what_was_exempted_later_cannot_be_read_in_the_version_before(
        self, town: Municipality, case: Case, meeting: Meeting, item: AgendaItem
    ) -> None:
        finish(case, town.secretary, facts=f"<p>{OPEN} {SECRET}</p>")
        assert SECRET in text_of(as_().get(page("case_paper", case)))
        finishing.finish(
            case,
            content=redacted(reason="Hemmelig er et navn som måtte ut"),
            seen=drafts.mark(case),
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
        proposed_closing.propose_closing(
            item, basis="koml. § 11-5 (2)", public_title="Personalsak", actor=town.secretary
        )
        for person in self.outside(town):
            assert as_(person).get(page("case_paper", case)).status_code == 404
            assert "Hemmelig er" not in self.everything(as_(person), case, meeting, item)
        assert SECRET in text_of(as_(town.elected[3]).get(page("case_paper", case)))

    def test_guessed_addresses(self, town: Municipality, case: Case) -> None:
        document = attachments.attach(case, upload=pdf(), title="Utkast", actor=town.secretary)
        other = cases.open_case(title="Annen sak", actor=town.secretary, access=CaseAccess.PUBLIC)
        stray = cases.add_document(other, upload=pdf(), actor=town.secretary)
        finish(case, town.secretary, attachments=[])
        # In the draft of the next version, so nobody's but those who write it.
        later = attachments.attach(case, upload=pdf(), title="Senere", actor=town.secretary)
        for person in (None, town.outsider, town.union[0]):
            client = as_(person)
            assert client.get(page("case_paper_document", case, document.pk)).status_code == 200
            for pk in (later.pk, stray.pk, 10**9):
                assert client.get(page("case_paper_document", case, pk)).status_code == 404
            assert client.get(page("case_paper_version", case, 99)).status_code == 404
            assert client.get(page("case_paper", other)).status_code == 404
        assert as_(town.secretary).get(page("case_paper_document", case, later.pk)).status_code == 200
