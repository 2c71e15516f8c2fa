"""A citizen without an account, in a real browser, from a telephone to the published answer.

Every page on the way is looked over by axe at 390 and 1280 px; what is typed on the telephone is typed at 390 px.
"""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from proposals.models import Proposal, ProposalDraft
from tests.e2e.conftest import PASSWORD
from tests.e2e.support.consent import agree
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from tests.proposals.asking import PNG
from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Mail

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TITLE = "Benk ved badeplassen på Ørnes"
NAME = "Åse Innbygger"
ADDRESS = "ase@post.example"
ANSWER = "Ja takk! Vi setter ut to benker og en søppeldunk før badesesongen."


@pytest.fixture
def town() -> Municipality:
    cache.clear()
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def small(visitor: Any) -> Any:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    return visitor.page


def test_from_a_telephone_to_the_published_answer(town: Municipality, visit: Any) -> None:
    telephone, other = visit(), visit()
    write(telephone)
    sign_up(telephone)
    path = confirm_and_send(other)
    told_on_the_first_device(telephone)
    public = visit()
    not_seen_yet(public, path)
    group = visit(town.coordination_leader)
    screen(group, path)
    seen_without_the_name(public, path)
    answer(group, path, town)
    assert Proposal.objects.get().status == "in_treatment"
    agree(visit)
    assert Proposal.objects.get().status == "adopted"
    read_by_all(public, other, path)


def write(telephone: Any) -> None:
    telephone.go("/forslag/ny/")
    page = small(telephone)
    page.get_by_label(say("What shall we call it?")).fill(TITLE)
    telephone.press(say("Look it over"))  # the rest was forgotten: said so, and the title stays
    page = small(telephone)
    assert page.get_by_label(say("What shall we call it?")).input_value() == TITLE
    page.get_by_label(say("What do you propose?")).fill("En <b>benk</b> og en søppeldunk 🌞")
    page.get_by_label(say("Why?"), exact=True).fill("De eldre har ingen steder å sitte.")
    page.get_by_label(say("Where is it?")).fill("Ørnes")
    page.get_by_role("group", name=say("Do you send it for an association?")).get_by_label(
        say("No"), exact=True
    ).check()
    telephone.press(say("Look it over"))
    assert "<b>benk</b>" in small(telephone).inner_text("main")
    picture = {"name": "skisse.png", "mimeType": "image/png", "buffer": PNG}
    # Playwright's own shape.
    telephone.page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
    telephone.press(say("Go on to the last step"))
    assert "skisse.png" in telephone.page.inner_text("main")
    assert not Proposal.objects.exists()


def sign_up(telephone: Any) -> None:
    telephone.press(say("Sign up"))
    page = small(telephone)
    page.get_by_label("Navn").fill(NAME)
    page.get_by_label("E-postadresse").fill(ADDRESS)
    page.get_by_label("Passord").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    telephone.look()
    assert Mail.objects.filter(to=ADDRESS).count() == 1
    assert ProposalDraft.objects.get().person == User.objects.get(email=ADDRESS)


def confirm_and_send(other: Any) -> str:
    """Open the link where nothing was written: the proposal is there when one has signed in,
    and goes with one press."""
    found = re.search(r"https?://\S+", Mail.objects.filter(to=ADDRESS).latest("id").text)
    assert found
    other.go(found.group(0))
    other.press(say("Yes, confirm the address"))
    assert not Proposal.objects.exists()
    page = other.go("/konto/login/")
    page.get_by_label("E-post").fill(ADDRESS)
    page.get_by_label("Passord", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/forslag/utkast/")
    other.look()
    assert TITLE in page.inner_text("main")
    other.press(say("Send it now"))
    proposal = Proposal.objects.get()
    assert proposal.case.reference in page.inner_text("main")
    assert [document.title for document in proposal.case.documents.all()] == ["Bilde 1.png"]
    receipt = Mail.objects.filter(to=ADDRESS).latest("id")
    assert proposal.case.reference in receipt.subject
    return proposal.get_absolute_url()


def told_on_the_first_device(telephone: Any) -> None:
    page = telephone.go("/forslag/utkast/")
    assert Proposal.objects.get().case.reference in page.inner_text("main")


def not_seen_yet(public: Any, path: str) -> None:
    for place in ("/", "/forslag/"):
        assert TITLE not in public.go(place).content()
    public.go(path)
    assert "/konto/login/" in public.page.url


def screen(group: Any, path: str) -> None:
    group.go(path)
    # Those who receive it and their secretary know the name, as the form said.
    assert NAME in group.page.content()
    assert "skisse.png" not in group.page.content()
    group.press(say("Begin on it"))
    assert group.page.get_by_label(say("Everybody"), exact=True).is_checked()
    group.press(say("Begin on it"))
    assert Proposal.objects.get().case.access == "public"


def seen_without_the_name(public: Any, path: str) -> None:
    assert TITLE in public.go("/forslag/").content()
    text = public.go(path).content()
    assert TITLE in text
    assert "Bilde 1.png" in text
    assert "skisse.png" not in text
    assert say("A citizen") in text
    assert NAME not in text
    assert ADDRESS not in text


def answer(group: Any, path: str, town: Municipality) -> None:
    group.go(path)
    group.press(say("Carry it out"))
    page = group.page
    page.get_by_label(say("Answer to the proposer")).fill(ANSWER)
    # Among so many, by typing.
    somebody = page.locator(f"datalist option[value^={json.dumps(town.employee().name)}]").first.get_attribute("value")
    page.locator("input[name=responsible]").fill(somebody)
    page.locator("input[name=due_on]").fill((clock.today() + timedelta(days=60)).isoformat())
    group.press(say("Carry it out"))


def read_by_all(public: Any, other: Any, path: str) -> None:
    text = public.go(path).content()
    assert ANSWER in text
    assert NAME not in text
    assert ANSWER in other.go(path).content()
    assert ANSWER in Mail.objects.filter(to=ADDRESS).latest("id").text
    assert TITLE in other.go("/min-side/").content()
