"""A secretary who has no mouse: everything on a page is reached with the keyboard."""

import re
from typing import Any


class Keyboard:
    """A secretary who has no mouse: reaches everything with Tab, and presses Enter, Space and the arrows."""

    def __init__(self, visitor: Any) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def reach(self, target: Any) -> Any:
        """Tab until ``target`` has the focus; fail where it cannot be reached so."""
        handle = target.first.element_handle()
        for _press in range(400):
            if self.page.evaluate("e => document.activeElement === e", handle):
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"cannot be reached with the keyboard: {target}")

    def press(self, name: str, *, role: str = "button", exact: bool = True, nth: int = 0) -> None:
        """Reach a button or a link and press Enter; look over what comes where a new page does."""
        target = self.page.get_by_role(role, name=name, exact=exact).nth(nth)
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.press(name, role="link")

    def unfold(self, name: str) -> None:
        """Open what is folded away."""
        target = self.page.locator("summary").filter(has_text=re.compile(f"^{re.escape(name)}$"))
        self.reach(target)
        self.page.keyboard.press("Enter")

    def choose(self, field: str, value: str) -> None:
        """Choose among radio buttons: Tab comes to the group, the arrows move in it."""
        wanted = self.page.locator(f"input[type=radio][name='{field}'][value='{value}']")
        group = self.page.locator(f"input[type=radio][name='{field}']")
        checked = self.page.locator(f"input[type=radio][name='{field}']:checked")
        self.reach(checked if checked.count() else group)
        self.page.keyboard.press("Space")
        for _press in range(group.count() + 1):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{field} cannot be set to {value} with the arrows")

    def tick(self, field: str, value: str) -> None:
        """Tick one of several boxes."""
        self.reach(self.page.locator(f"input[type=checkbox][name='{field}'][value='{value}']"))
        self.page.keyboard.press("Space")

    def write(self, field: str, text: str) -> None:
        """Write in a field, over what stands there."""
        self.reach(self.page.locator(f"[name='{field}']"))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def pick(self, field: str, value: str) -> None:
        """Pick from a list: the arrows go down it until the value stands there."""
        box = self.page.locator(f"select[name='{field}']")
        self.reach(box)
        self.page.keyboard.press("Home")
        for _press in range(60):
            if box.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{field} cannot be set to {value}")
