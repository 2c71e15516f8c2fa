"""The provisions by which doors may be closed or a document exempted (koml § 11-5, offl; R8, R25), and those on
partiality (R12).

The stored text is what agenda and minutes say. § 11-5 third paragraph letter b holds only where the information in the
document could have been exempted under the Freedom of Information Act, and then names that provision too.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trepart import clock, municipality


@dataclass(frozen=True)
class Basis:
    """One provision. ``mandatory``: the second paragraph, where the body has no choice, and nobody takes part from
    elsewhere. ``with_act``: a provision of the Freedom of Information Act goes with it. ``new_act``: only from when the
    new Public Administration Act applies, or only until then."""

    text: str
    label: str | Promise
    mandatory: bool = False
    with_act: bool = False
    new_act: bool | None = None


BASES: tuple[Basis, ...] = (
    Basis(
        "koml. § 11-5 (2)",
        _("An employee's service matters. The doors must be closed."),
        mandatory=True,
    ),
    Basis(
        "koml. § 11-5 (2), fvl. § 13",
        _("Information under a statutory duty of secrecy. The doors must be closed."),
        mandatory=True,
        new_act=False,
    ),
    Basis(
        "koml. § 11-5 (2), fvl. kap. 5",
        _("Information under a statutory duty of secrecy. The doors must be closed."),
        mandatory=True,
        new_act=True,
    ),
    Basis("koml. § 11-5 (3) a", _("Out of regard for somebody's privacy. The body may close the doors.")),
    Basis(
        "koml. § 11-5 (3) b",
        _("Weighty public interests, where the information could have been exempted. The body may close the doors."),
        with_act=True,
    ),
)

#: Provisions of the Freedom of Information Act that an elected body's documents can be exempted under (R25).
PROVISIONS: tuple[tuple[str, str | Promise], ...] = (
    ("offl. § 13", _("Statutory duty of secrecy")),
    ("offl. § 23 første ledd", _("The municipality's negotiating position")),
    ("offl. § 23 andre ledd", _("Negotiations with employees' organisations")),
    ("offl. § 23 tredje ledd", _("Framework agreements and procurement")),
    ("offl. § 24 første ledd", _("Control and supervision that would be defeated")),
    ("offl. § 24 andre ledd", _("Reports of a breach of the law")),
    ("offl. § 24 tredje ledd", _("Information that would make a crime easier")),
    ("offl. § 25", _("Appointments")),
    ("offl. § 26 første ledd", _("Answers to examinations")),
    ("offl. § 26 femte ledd", _("National identity numbers and the like")),
)

_BY_TEXT = {basis.text: basis for basis in BASES}


def offered(on: date | None = None) -> list[tuple[str, str]]:
    """Return the provisions one can choose on a day (today unless said), as choices: those on secrecy are of the Public
    Administration Act that applies then."""
    new_act = municipality.current().under_new_act(on or clock.today())
    return [(basis.text, basis.text) for basis in BASES if basis.new_act in (None, new_act)]


def find(text: str) -> Basis | None:
    """Return the provision that a stored text names; None for one written in an earlier version,
    or in words of its own."""
    if text in _BY_TEXT:
        return _BY_TEXT[text]
    return next((basis for basis in BASES if basis.with_act and text.startswith(f"{basis.text}, offl.")), None)


#: Internal documents (offl §§ 14, 15): never case papers or agendas of an elected body (offl § 16).
_INTERNAL = re.compile(
    r"\boff(?:l\b\.?|entleg?lova|entleglova|entlighetsloven)[^;]{0,200}?§§?\s*1[45]\b", re.IGNORECASE
)


def is_internal_only(text: str) -> bool:
    """Say whether a basis in somebody's own words names offl § 14 or § 15: internal documents (R25)."""
    return _INTERNAL.search(text) is not None


def is_valid(text: str) -> bool:
    """Say whether ``text`` is a provision from the list, complete with that of the Freedom of Information
    Act where it takes one."""
    basis = find(text)
    if basis is None:
        return False
    return not basis.with_act or text.removeprefix(f"{basis.text}, ") in dict(PROVISIONS)


#: An elected politician who prepared or decided the case as an employee of the municipality is partial by that (R12).
PREPARED_AS_EMPLOYEE = "koml. § 11-10 andre ledd"


def partiality(*, elected_body: bool, on: date) -> str:
    """Return the provision on partiality in general on a day: in a body that is no elected one nothing but the Public
    Administration Act applies, which reaches whoever does work for the municipality (fvl §§ 6, 10; R12)."""
    if municipality.current().under_new_act(on):
        return "fvl. kap. 4"
    return "fvl. § 6 andre ledd" if elected_body else "fvl. § 6 andre ledd, jf. § 10"


def is_second_paragraph(text: str) -> bool:
    """Say whether a stored basis is the second paragraph of § 11-5: the body has no choice (R8), and nobody takes
    part remotely (R9)."""
    basis = find(text)
    return basis is not None and basis.mandatory
