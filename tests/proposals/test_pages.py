"""The page of a proposal, its errands, its documents, and the lists: what they show, refuse and cost."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from forum.cases.enums import Resolution
from forum.organisation.services import people
from proposals import services
from proposals.consent.models import Conclusion
from tests.factories.consent import everybody_agrees
from tests.proposals.asking import PNG, as_, page, png
from tests.proposals.conftest import Road, soon, words
from trepart import clock
from trepart.uploads import pictures

# The page of a proposal -----------------------------------------------------------------------------------------------


def test_html_in_the_text_is_text(town):
    nasty = "<script>alert('x')</script><img src=x onerror=alert(1)>"
    road = Road(town, title=nasty[:100], what=nasty, why=nasty, expected_effect=nasty).begin()
    road.agree("think_further", answer=nasty, resumes_on=soon())
    for client in (as_(road.proposer), as_(road.leader)):
        for url in ("/forslag/", road.proposal.get_absolute_url(), f"{road.proposal.get_absolute_url()}forward/"):
            html = client.get(url, follow=True).content.decode()
            assert "<script>alert" not in html
            assert "<img src=x" not in html


def test_the_proposers_name_is_for_the_proposer(town):
    hidden, shown = Road(town).begin(), Road(town, 1, show_name="on").begin()
    reader = as_(town.employee(2))
    html = page(reader, hidden.proposal.get_absolute_url())
    assert hidden.proposer.name not in html
    assert "Solbakken barnehage" in html
    assert shown.proposer.name in page(reader, shown.proposal.get_absolute_url())
    assert hidden.proposer.name in page(as_(hidden.proposer), hidden.proposal.get_absolute_url())
    assert f"{hidden.proposer.name} (navnet vises ikke for andre)" in page(
        as_(hidden.leader), hidden.proposal.get_absolute_url()
    ), "whoever receives it may know, as the form says"
    for member in town.lmu_members[0][1:]:
        assert hidden.proposer.name not in page(as_(member), hidden.proposal.get_absolute_url())
    listed = page(reader, "/forslag/")
    assert hidden.proposer.name not in listed
    assert shown.proposer.name in listed


def test_until_it_is_read_through_only_those_concerned_see_it(town):
    road = Road(town)
    url = road.proposal.get_absolute_url()
    for person, status in (
        (road.proposer, 200),
        (road.leader, 200),
        (town.employee(0, 1), 404),
        (town.lmu_leader(1), 404),
        (town.secretary, 404),
        (town.outsider, 404),
    ):
        assert as_(person).get(url).status_code == status, person
    road.begin()
    assert as_(town.employee(2)).get(url).status_code == 200
    assert as_(town.outsider).get(url).status_code == 404


def test_somebody_not_signed_in_is_asked_to(town):
    road = Road(town).begin()
    answer = as_(None).get(road.proposal.get_absolute_url())
    assert answer.status_code == 302
    assert "next=" in answer.url
    html = page(as_(None), "/forslag/")
    assert road.proposal.title not in html


@pytest.mark.parametrize(
    "url", ["/forslag/999999/", "/forslag/99999999999999999999/", "/forslag/999999/withdraw/", "/forslag/1/vedlegg/1/"]
)
def test_unknown_ids(town, url):
    assert as_(town.employee(0)).get(url).status_code == 404


def test_an_unknown_step(road):
    assert as_(road.proposer).get(f"{road.proposal.get_absolute_url()}tull/").status_code == 404


def test_a_shut_button_says_why(town):
    road = Road(town, needs_grant="yes").begin()
    html = page(as_(road.leader), road.proposal.get_absolute_url())
    assert "/forward/" in html
    assert "/carry_out/" not in html
    assert "Koordineringsgruppa" in html
    assert as_(road.leader).get(f"{road.proposal.get_absolute_url()}carry_out/").status_code == 302


def test_one_primary_button_at_most(town):
    road = Road(town)
    pages = [
        (road.leader, None),
        (road.leader, road.begin),
        (town.coordination_secretary, road.forward),
        (town.secretary, road.recommend),
    ]
    for person, step in pages:
        if step:
            step()
        html = page(as_(person), road.proposal.get_absolute_url())
        main = html[html.index("<main") : html.index("</main>")]
        assert len(re.findall(r'class="ds-button"(?!\s+data-variant)', main)) <= 1


def test_steps_by_hand(town):
    road = Road(town)
    url = road.proposal.get_absolute_url()
    client = as_(road.leader)
    html = page(client, f"{url}begin/")
    seen = re.search(r'name="seen" value="(\d+)"', html)[1]
    answer = client.post(f"{url}begin/", {"seen": seen, "access": "employees"})
    assert (answer.status_code, road.fresh().status) == (302, "in_treatment")
    old = client.post(f"{url}begin/", {"seen": seen, "access": "employees"})
    assert old.status_code == 409
    html = page(client, f"{url}turn_down/")
    assert html.count('type="checkbox"') == 4  # who met, and whether it is a matter of the working environment
    seen = re.search(r'name="seen" value="(\d+)"', html)[1]
    short = client.post(
        f"{url}turn_down/", {"seen": seen, "participants": road.table(), "held_on": soon(0), "answer": ""}
    )
    assert (short.status_code, road.fresh().status) == (422, "in_treatment")
    done = client.post(
        f"{url}turn_down/", {"seen": seen, "participants": road.table(), "held_on": soon(0), "answer": "Nei."}
    )
    # What is concluded is provisional until those who have to have said yes, each from their own sign-in (R24).
    assert (done.status_code, road.fresh().status) == (302, "in_treatment")
    assert "Nei." not in page(as_(road.proposer), url)
    everybody_agrees(Conclusion.objects.get())
    assert road.fresh().status == "declined"
    assert "Nei." in page(as_(road.proposer), url)


def test_denied(town):
    road = Road(town).begin()
    answer = as_(town.employee(1)).post(f"{road.proposal.get_absolute_url()}turn_down/", {"answer": "x"})
    assert answer.status_code == 403
    assert road.fresh().status == "in_treatment"


def test_every_step_page_opens(town):
    one = Road(town, affects_users="yes").begin()
    url = one.proposal.get_absolute_url()
    for name in ("carry_out", "done_already", "think_further", "turn_down", "forward", "pass_on", "merge"):
        assert "<form" in page(as_(one.leader), f"{url}{name}/")
    for name in ("vurder", "forelopig-svar", "ta-ut"):
        assert "<form" in page(as_(one.leader), f"{url}{name}/")
    assert "<form" in page(as_(one.proposer), f"{url}withdraw/")
    one.forward()
    for name in ("adopt", "recommend", "consider", "send_back", "decline"):
        assert "<form" in page(as_(town.coordination_secretary), f"{url}{name}/")
    one.recommend()
    one.decided(Resolution.TO_COUNCIL, due_on=soon())
    for name in ("council_adopted", "council_declined", "ask_again"):
        assert "<form" in page(as_(town.secretary), f"{url}{name}/")
    assert "Kommunestyret" in page(as_(one.proposer), url)


# Errands --------------------------------------------------------------------------------------------------------------


def test_correct_until_somebody_has_begun(town):
    road = Road(town)
    url = f"{road.proposal.get_absolute_url()}rett/"
    client = as_(road.proposer)
    seen = re.search(r'name="seen" value="(\d+)"', page(client, url))[1]
    data = words(town.units[0], title="Bedre tittel", what="Rettet") | {"seen": seen}
    assert client.post(url, data | {"what": ""}).status_code == 422
    assert client.post(url, data | {"attachments": [png()]}).status_code == 302
    proposal = road.fresh()
    assert (proposal.title, proposal.case.title, proposal.what) == ("Bedre tittel", "Bedre tittel", "Rettet")
    assert proposal.case.documents.count() == 1
    assert as_(road.leader).get(url).status_code == 404
    road.begin()
    assert client.get(url).status_code == 302
    late = client.post(url, data | {"what": "For sent"})
    assert late.status_code == 409
    assert "For sent" in late.content.decode()
    assert road.fresh().what == "Rettet"


def test_taking_something_out(town):
    road = Road(town, what="Hun på rommet ved siden av er umulig.")
    url = f"{road.proposal.get_absolute_url()}ta-ut/"
    data = words(town.units[0], what="[tatt ut]") | {"reason": "Personopplysninger om en kollega."}
    assert as_(road.proposer).post(url, data).status_code == 403
    assert as_(road.leader).post(url, data).status_code == 302
    assert road.fresh().what == "[tatt ut]"
    html = page(as_(road.leader), road.proposal.get_absolute_url())
    assert "umulig" not in html
    assert road.proposal.history.order_by("history_id").first().what == "Hun på rommet ved siden av er umulig."


def test_assess_and_preliminary_answer_on_the_web(town):
    road = Road(town).begin()
    url = road.proposal.get_absolute_url()
    client = as_(road.leader)
    answer = client.post(
        f"{url}vurder/", {"several": "yes", "grant": "yes", "amount": "50 000 kr", "text": "Gjelder alle."}
    )
    assert answer.status_code == 302
    proposal = road.fresh()
    assert (proposal.assessed_several, proposal.assessed_grant, proposal.grant_amount) == (True, True, 50_000)
    assert client.post(f"{url}vurder/", {"several": "yes", "grant": "no", "text": ""}).status_code == 422
    assert client.post(f"{url}forelopig-svar/", {"answer": "Vent litt.", "expected_on": soon(0)}).status_code == 422
    assert client.post(f"{url}forelopig-svar/", {"answer": "Vent litt.", "expected_on": soon(9)}).status_code == 302
    assert road.referral.due_on == soon(9)


# Documents ------------------------------------------------------------------------------------------------------------


def test_documents_are_served_safely_to_those_who_may(town):
    road = Road(town)
    road.proposal = services.submit(
        proposer=road.proposer, data=words(town.units[0], title="Med vedlegg"), files=_files(png("skjema ø.png"))
    )
    document = road.proposal.case.documents.get()
    url = reverse("proposals:document", args=[road.proposal.case_id, document.pk])
    answer = as_(road.proposer).get(url)
    assert BytesIO(b"".join(answer.streaming_content)).getvalue() == pictures.cleaned(PNG)
    assert answer["Content-Disposition"] == 'attachment; filename="Bilde 1.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "image/png"
    assert as_(town.employee(1)).get(url).status_code == 404
    assert as_(None).get(url).status_code == 404
    other = Road(town)
    assert (
        as_(road.proposer).get(reverse("proposals:document", args=[other.proposal.case_id, document.pk])).status_code
        == 404
    )
    # Known, and not there: said in words to whoever may have it.
    document.file.storage.delete(document.file.name)
    gone = as_(road.proposer).get(url)
    assert (gone.status_code, gone.templates[0].name) == (410, "proposals/document_gone.html")
    assert as_(None).get(url).status_code == 404


def _files(upload):
    return MultiValueDict({"attachments": [upload]})


def test_positions_are_for_the_bodies(town):
    road = Road(town).begin()
    road.disagree("Absolutt ikke nå.", "Helst i dag.")
    url = road.proposal.get_absolute_url()
    assert "Absolutt ikke nå." in page(as_(town.coordination_leader), url)
    assert "Absolutt ikke nå." not in page(as_(town.employee(1)), url)


# Lists ----------------------------------------------------------------------------------------------------------------


def test_search_and_filters(town):
    one, two = Road(town, title="Bytte til ledlys").begin(), Road(town, 1, title="Ny gapahuk i skogen").begin()
    two.agree("turn_down", participants=two.table(), answer="Nei.")
    client = as_(one.proposer)
    assert "Ny gapahuk" not in page(client, "/forslag/?mine=on")
    assert "ledlys" not in page(client, "/forslag/?status=avsluttet")
    assert "Ny gapahuk" in page(client, "/forslag/?q=gapahuker")
    assert "ledlys" not in page(client, "/forslag/?q=gapahuker")
    assert "ledlys" in page(client, f"/forslag/?q={one.proposal.case.reference}")
    assert "ds-tag" not in page(client, "/forslag/?q=finnes+ikke")
    assert page(client, "/forslag/?page=99&status=%00tull&q=%27%22%5C")


@pytest.mark.parametrize("url", ["/forslag/", "/forslag/oppfolging/?vis=alle", "/forslag/oppfolging/"])
def test_lists_cost_the_same_for_three_and_for_twelve(town, url):
    def walk(number):
        road = Road(town, number % 3).begin()
        road.agree("carry_out", participants=road.table(), responsible=road.leader.pk, due_on=soon(number + 1))

    for number in range(3):
        walk(number)
    client = as_(town.lmu_leader(0))
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(9):
        walk(number)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_follow_up_shows_what_is_late(town):
    road = Road(town).begin()
    road.agree("carry_out", responsible=town.lmu_members[0][2].pk, due_on=soon(3))
    url = "/forslag/oppfolging/"
    assert road.proposal.title in page(as_(town.lmu_members[0][2]), url)
    assert road.proposal.title in page(as_(town.lmu_leader(0)), url)
    assert road.proposal.title not in page(as_(town.lmu_leader(1)), url)
    with clock.at(clock.now() + timedelta(days=5)):
        assert 'data-color="danger"' in page(as_(town.lmu_members[0][2]), url)


def test_a_name_with_markup_in_the_list_of_the_responsible(town):
    person = people.add_person(email="x@fjellvik.example", name="<b>Ola</b>", actor=None)
    people.start_employment(person=person, unit=town.units[0], actor=None)
    road = Road(town).begin()
    assert "<b>Ola</b>" not in page(as_(road.leader), f"{road.proposal.get_absolute_url()}carry_out/")


# What a step costs ----------------------------------------------------------------------------------------------------


def test_a_step_asks_the_database_no_more_than_it_must(town, django_assert_max_num_queries):
    """Who one is, the two locks, what stands there, what one may; then the event, the proposal, its case, their
    history, the notice, the session."""
    road = Road(town)
    client = as_(road.leader)
    url = f"{road.proposal.get_absolute_url()}begin/"
    with django_assert_max_num_queries(40):
        assert client.post(url, {"access": "employees"}).status_code == 302
    assert road.fresh().status == "in_treatment"


def test_a_step_sent_by_somebody_who_may_not_know_of_it_says_nothing(town):
    road = Road(town)
    url = f"{road.proposal.get_absolute_url()}begin/"
    for stranger in (town.outsider, town.lmu_leader(1)):
        hidden, nowhere = (
            as_(stranger).post(there, {"access": "employees"})
            for there in (url, f"/forslag/{road.proposal.case_id + 999}/begin/")
        )
        assert (hidden.status_code, nowhere.status_code) == (404, 404)
    assert as_(road.proposer).post(url, {"access": "employees"}).status_code == 403
    assert road.fresh().status == "received"
