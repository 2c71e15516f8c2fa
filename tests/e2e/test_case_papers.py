"""A case paper in a real browser, from Word to what members and the public read."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forum.meetings.case_papers import notes
from forum.meetings.case_papers import services as papers
from forum.meetings.case_papers.models import CasePaperDraft, CasePaperVersion
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from tests.forum.meetings.test_lifecycle import called
from trepart import clock

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WORD = (Path(__file__).parent.parent / "trepart" / "word_paste.html").read_text()
#: Puts HTML on the clipboard's way into the surface, as a paste from Word does.
PASTE = """([surface, html]) => {
  const data = new DataTransfer();
  data.setData('text/html', html); data.setData('text/plain', 'ren tekst');
  surface.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""
SELECT = """([surface, words]) => {
  const walk = document.createTreeWalker(surface, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at); range.setEnd(node, at + words.length);
    surface.focus();
    getSelection().removeAllRanges(); getSelection().addRange(range);
    return true;
  }
  return false;
}"""


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def test_from_word_to_the_table(town: Municipality, visit: Any) -> None:
    meeting = called(town)
    item = meeting.items.get()
    secretary = visit(town.secretary)
    secretary.go(f"/moter/{meeting.pk}/sak/{item.pk}/")
    secretary.press(say("Write the case paper"))
    page = secretary.page
    case = papers.case_of(item, actor=town.secretary)
    # The text area has become a surface with the headings and tables it holds; labels and error messages lead to it.
    surface = page.get_by_role("textbox", name=say("Facts of the case"))
    surface.click()
    page.evaluate(PASTE, [surface.element_handle(), f"{WORD}<del>strøket</del>"])
    page.wait_for_function("s => s.querySelector('table th')", arg=surface.element_handle())
    assert surface.locator("h3").all_inner_texts() == ["Sak om vikarordning", "Bakgrunn"]
    assert surface.locator("ul > li > ul > li").inner_text() == "Under"
    assert "mso" not in surface.inner_html()
    # That something hidden was left out is said, and stays said.
    pasted = page.locator("[data-rich-pasted]")
    told = pasted.get_attribute("data-left-out")
    assert pasted.inner_text() == told
    # It is kept by itself.
    page.wait_for_function("() => document.querySelector('[data-rich-line]').textContent.length > 0")
    assert pasted.inner_text() == told
    assert "<h3>Bakgrunn</h3>" in CasePaperDraft.objects.get().facts
    # A passage is exempt; it takes a basis.
    assert page.evaluate(SELECT, [surface.element_handle(), "vedtatt"])
    tools = surface.locator("xpath=preceding-sibling::div[1]")
    tools.get_by_role("button", name=say("Exempt", "passage")).click()
    assert surface.locator("mark").inner_text() == "vedtatt"
    secretary.look()
    page.get_by_role("radio", name=say("a redacted version, without what is marked as exempt").capitalize()).check()
    with page.expect_navigation():
        page.get_by_role("button", name=say("Finish the case paper")).click()
    secretary.look()
    assert say("Say on what legal basis it is exempt (Freedom of Information Act).") in page.content()
    assert page.get_by_role("textbox", name=say("Facts of the case")).locator("mark").inner_text() == "vedtatt"
    page.get_by_label(say("Legal basis for exemption")).select_option("offl. § 13")
    secretary.press(say("Finish the case paper"))
    version = CasePaperVersion.objects.get()
    assert "<mark><em>vedtatt</em></mark>" in version.facts
    # A member reads all of it, and finds the words that were highlighted; the public reads the rest.
    notes.add(item, person=town.elected[3], quote="vedtatt", block="facts")
    member = visit(town.elected[3])
    member.go(f"/moter/{meeting.pk}/sak/{item.pk}/")
    assert member.page.locator("[data-paper=facts] mark").inner_text() == "vedtatt"
    assert member.page.evaluate("Array.from(CSS.highlights.get('own'), words => words.toString())") == ["vedtatt"]
    public = visit(None)
    for path in (
        f"/moter/{meeting.pk}/",
        f"/moter/{meeting.pk}/sak/{item.pk}/",
        f"/saker/{case.pk}/saksframlegg/",
        f"/saker/{case.pk}/saksframlegg/versjoner/",
    ):
        public.go(path)
        assert "vedtatt" not in public.page.locator("main").inner_text()
    public.go(f"/saker/{case.pk}/saksframlegg/")
    assert say("[Exempt from public access, %(basis)s]", basis="offl. § 13") in public.page.content()
    assert public.page.locator("[data-paper=facts] table th").first.inner_text() == "År"
    for one in (secretary, member, public):
        assert one.trouble == []


def test_two_secretaries_at_once(town: Municipality, visit: Any) -> None:
    case = papers.case_of(called(town).items.get(), actor=town.secretary)
    path = f"/saker/{case.pk}/saksframlegg/skriv/"
    one, other = visit(town.secretary), visit(town.chair)
    for visitor in (one, other):
        visitor.go(path)
    one.page.get_by_role("textbox", name=say("Assessment")).fill("Sekretærens vurdering")
    one.press(say("Save the draft"))
    other.page.get_by_role("textbox", name=say("Assessment")).fill("Lederens vurdering")
    other.page.wait_for_function("() => document.querySelector('[data-rich-line]').textContent.length > 0")
    other.page.get_by_role("button", name=say("Save the draft")).last.click()
    other.page.wait_for_selector("#deres")
    other.look()
    assert "Sekretærens vurdering" in other.page.locator("#deres").inner_text()
    assert other.page.get_by_role("textbox", name=say("Assessment")).inner_text() == "Lederens vurdering"
    assert CasePaperDraft.objects.get().assessment == "<p>Sekretærens vurdering</p>"
    assert other.trouble == []
