"""The routing of proposals changed as a whole: no loop, no dead end, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forum.cases.models import Referral
from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis
from forum.organisation.models import Body
from forum.organisation.services import bodies as organisation
from proposals.checks import roads_have_an_end
from proposals.enums import Origin
from proposals.models import Intake
from proposals.routing import changes, road
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart.audit.models import Event

URL = "/forslag/veien/"


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = [("en", "English")]
    with translation.override("en"):
        yield


def plan(entries: dict[Origin, Body | None] | None = None, **superiors: Any) -> changes.Plan:
    now = changes.today()
    return changes.Plan({**now.entries, **(entries or {})}, {**now.superiors, **superiors.get("to", {})})


def superiors() -> dict[int, int | None]:
    return dict(Body.objects.values_list("pk", "superior"))


def test_ovre_eikers_road_as_it_is(town: Municipality) -> None:
    outlook = changes.look_at()
    assert outlook.problems == []
    lines = {drawn.origin: [[stop.words for stop in line] for line in drawn.lines] for drawn in outlook.drawn}
    onward = [town.coordination.name, town.committee.name, town.council.name]
    assert lines[str(Origin.EMPLOYEE.label)] == [[f"The LMU of the workplace ({len(town.lmus)})", *onward]]
    assert lines[str(Origin.CITIZEN.label)] == [onward]


def test_lunners_road_can_be_said(town: Municipality) -> None:
    everybody: dict[Origin, Body | None] = dict.fromkeys(Origin, town.committee)
    changes.change_road(plan(everybody), seen=changes.state(), actor=town.administrator)
    assert {origin: road.entry(origin, town.units[0]) for origin in Origin} == everybody
    assert road.problems() == []
    back: dict[Origin, Body | None] = {Origin.EMPLOYEE: None}
    changes.change_road(plan(back), seen=changes.state(), actor=town.administrator)
    assert road.entry(Origin.EMPLOYEE, town.units[0]) == town.lmus[0]


@pytest.mark.parametrize("fault", ["loop", "self", "dead end", "closed"])
def test_a_road_with_a_fault_is_refused_whole_and_says_which(town: Municipality, fault: str) -> None:
    before, events = superiors(), Event.objects.count()
    coordination, committee, lmu = town.coordination, town.committee, town.lmus[0]
    if fault == "loop":
        wanted, said = plan(to={committee.pk: coordination.pk}), "→"
    elif fault == "self":
        wanted, said = plan(to={committee.pk: committee.pk}), "itself"
    elif fault == "dead end":
        wanted, said = plan(to={lmu.pk: None}), "nobody to send to"
    else:
        sleeping = organisation.add_body(
            name="Sover",
            kind=BodyKind.COORDINATION,
            legal_basis=LegalBasis.COOPERATION,
            decides_by=DecidesBy.VOTE,
            actor=None,
        )
        before, events = superiors(), Event.objects.count()
        wanted, said = plan(to={lmu.pk: sleeping.pk}), "not at work"
    with pytest.raises(ValidationError) as error:
        changes.change_road(wanted, seen="", actor=town.administrator)
    assert said in " ".join(error.value.messages)
    assert (superiors(), Event.objects.count()) == (before, events)


def test_a_ring_that_no_road_reaches_yet_is_found_too(town: Municipality) -> None:
    one, two = (
        organisation.add_body(name=name, kind=BodyKind.COORDINATION, legal_basis=LegalBasis.COOPERATION, actor=None)
        for name in ("Ring én", "Ring to")
    )
    with pytest.raises(ValidationError, match="ring"):
        changes.change_road(plan(to={one.pk: two.pk, two.pk: one.pk}), seen="", actor=town.administrator)


def test_looking_writes_nothing(town: Municipality) -> None:
    before = superiors(), Event.objects.count(), Intake.objects.count(), Intake.history.count()
    outlook = changes.look_at(plan({Origin.CITIZEN: town.committee}, to={town.committee.pk: town.coordination.pk}))
    assert any("→" in str(problem.message) for problem in outlook.problems)
    assert any(stop.faults for drawn in outlook.drawn for line in drawn.lines for stop in line)
    assert (superiors(), Event.objects.count(), Intake.objects.count(), Intake.history.count()) == before


def test_what_is_under_way_is_said_and_stays(town: Municipality) -> None:
    under_way = Road(town).begin()
    wanted = plan(to={lmu.pk: town.committee.pk for lmu in town.lmus})
    said = changes.look_at(wanted).under_way
    assert len(said) == 1
    assert said[0].startswith("1 proposal waits with the workplaces")
    waiting = list(Referral.objects.values_list("pk", "body", "status"))
    changes.change_road(wanted, seen=changes.state(), actor=town.administrator)
    assert list(Referral.objects.values_list("pk", "body", "status")) == waiting
    assert under_way.body == town.lmus[0]
    under_way.forward()
    assert under_way.body == town.committee


def answers(client: Client) -> dict[str, str]:
    page = client.get(URL)
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields} | {"seen": page.context["seen"]}


def test_the_page(client: Client, town: Municipality) -> None:
    for person in (None, town.secretary, town.employee(), town.chair):
        if person:
            client.force_login(person)
        assert client.get(URL).status_code == (404 if person else 302)
    client.force_login(town.administrator)
    given = answers(client)
    looked = client.post(URL, {**given, f"after_{town.committee.pk}": str(town.coordination.pk), "preview": "1"})
    assert looked.status_code == 422
    assert "ways-fault" in looked.content.decode()
    refused = client.post(URL, {**given, f"after_{town.committee.pk}": str(town.coordination.pk)})
    assert refused.status_code == 422
    assert refused.context["form"][f"after_{town.committee.pk}"].value() == str(town.coordination.pk)
    # Somebody else is first: the second is told, and keeps what was chosen.
    changes.change_road(plan({Origin.CITIZEN: town.lmus[0]}), seen="", actor=town.administrator)
    second = client.post(URL, {**given, "from_citizen": str(town.committee.pk)})
    assert second.status_code == 422
    form = second.context["form"]
    assert "Somebody else" in " ".join(form.errors["from_citizen"])
    ((_label, words),) = form.theirs
    assert words.startswith(town.lmus[0].name)
    assert form["from_citizen"].value() == str(town.committee.pk)
    assert road.entry(Origin.CITIZEN) == town.lmus[0]
    # Sent once more from there it is a choice.
    again = {name: str(form[name].value() or "") for name in form.fields} | {"from_citizen": str(town.committee.pk)}
    assert client.post(URL, again)["Location"] == reverse("proposals:road_admin")
    assert road.entry(Origin.CITIZEN) == town.committee
    given = answers(client)
    assert client.post(URL, {**given, "from_citizen": "999999"}).status_code == 422


def test_two_who_change_each_their_station_both_have_it(client: Client, town: Municipality) -> None:
    """The wrong side: the whole road was compared, and the later was refused whatever the first had changed."""
    client.force_login(town.administrator)
    given = answers(client)
    changes.change_road(plan({Origin.PART: town.committee}), seen="", actor=town.administrator)
    assert client.post(URL, {**given, "from_citizen": str(town.committee.pk)}).status_code == 302
    assert (road.entry(Origin.CITIZEN), road.entry(Origin.PART)) == (town.committee, town.committee)
    # A page made before the fields were marked is compared as a whole.
    old = {**given, "was": "", "from_citizen": str(town.coordination.pk)}
    refused = client.post(URL, old)
    assert refused.status_code == 422
    assert "Somebody else" in " ".join(refused.context["form"].non_field_errors())


def test_the_check_lets_a_database_through_that_is_about_to_be_upgraded(town):
    """``migrate`` checks first, on tables that lack what the upgrade brings."""
    asked = {"app_configs": None, "databases": ["default"]}
    assert roads_have_an_end(**asked) == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE organisation_body RENAME COLUMN answer_days TO renamed_by_an_upgrade")
        assert roads_have_an_end(**asked) == []
        cursor.execute("ALTER TABLE organisation_body RENAME COLUMN renamed_by_an_upgrade TO answer_days")
    assert roads_have_an_end(**asked) == []
