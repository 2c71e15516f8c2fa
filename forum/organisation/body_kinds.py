"""What distinguishes the kinds of bodies: one table, one row a kind.

A new kind is a value of `BodyKind` and a row here, with its texts; nothing else asks which kind a body is, it asks the
row. What a higher room has of its own for one kind (an LMU's log, a village council's page) that room registers
(`forum.organisation.body_links`). Who may what is a table beside this one: `trepart.access.roles`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.organisation.composition_rules import committee, cooperation
from forum.organisation.composition_rules.problem import Rule
from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis


class Road(Enum):
    """Where a kind of body stands on the way of a proposal (`proposals.routing`)."""

    #: At a workplace: receives what comes from those who work there.
    WORKPLACE = "workplace"
    #: Receives what no row of the municipality's own says otherwise about; the first of them at work.
    ENTRY = "entry"
    #: Receives what is sent on to it, and what the municipality says comes in to it.
    ON_THE_WAY = "on_the_way"
    #: Meets outside the portal: a case goes there by a decision, never as the next body, and its answer is recorded.
    OUTSIDE = "outside"
    #: Treats nobody's proposals.
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class KindOfBody:
    """What is so of every body of one kind."""

    kind: BodyKind
    #: The heading above these bodies in the list of all.
    title: str | Promise
    #: What such a body is, in one sentence for somebody who has never met one.
    what: str | Promise

    # What it rests on, and who sits in it
    #: What it may rest on (R1).
    bases: frozenset[LegalBasis]
    #: Its own rules of composition, beside those for every body (R2, R16, R24).
    composition: tuple[Rule, ...] = ()
    #: How it decides unless somebody says otherwise.
    decides_by: DecidesBy = DecidesBy.VOTE
    #: Whether it must have rules that say its mandate (koml § 5-13).
    needs_mandate: bool = False
    #: Whether its members are elected: then side, party, sex and who elected them are asked (R2, R3).
    elected: bool = False

    # The road
    road: Road
    #: At a workplace: the sentence that asks which workplace it belongs to; empty where it may belong to none.
    workplace_missing: str | Promise = ""
    #: At a workplace: what many of them that go the same way are called on the drawing of the road.
    several: str | Promise = ""
    #: Whether a place in it lets one propose for one's part (elected, administration, union).
    proposes_for_part: bool = False
    #: Whether a place in it lets one propose in the name of the body.
    proposes_itself: bool = False

    # Its pages
    #: Whether a municipality may do without: pages and help speak of it only where one is at work.
    may_be_absent: bool = False
    #: Whether its meetings are written down in a log when they are over (R24), with nothing to plan or to approve.
    keeps_log: bool = False
    #: What the numbers of its cases begin with: "PS" is for what the elected and the parts vote on.
    series: str = "PS"
    #: Whether its decisions are followed up on a list of their own, and its attendance is taken out for allowances.
    follows_up: bool = False
    #: Whether it can be something besides itself (`BodyFunction`).
    has_functions: bool = False
    #: Whether it hears reports of what was commissioned.
    hears_reports: bool = False
    #: Whether it meets ahead of the municipal council and treats the council's list.
    treats_council_list: bool = False

    # Who sees what it keeps to itself, beside those who sit in it
    #: Whether those employed at its workplace read it.
    read_by_workplace: bool = False
    #: Whether a place in it makes somebody one of those who work in the municipality.
    of_the_municipality: bool = True


_ROWS = (
    KindOfBody(
        kind=BodyKind.COMMITTEE,
        title=_("Three-party committees"),
        what=_(
            "Elected politicians and union representatives sit at one table here and treat what concerns the "
            "municipality and those who work in it."
        ),
        bases=frozenset({LegalBasis.KOML_5_7, LegalBasis.KOML_5_11, LegalBasis.KOML_5_11_OTHER}),
        composition=(committee.committee,),
        needs_mandate=True,
        elected=True,
        road=Road.ON_THE_WAY,
        proposes_for_part=True,
        follows_up=True,
        has_functions=True,
        hears_reports=True,
        treats_council_list=True,
    ),
    KindOfBody(
        kind=BodyKind.COORDINATION,
        title=_("Coordination"),
        what=_(
            "Coordinates the LMUs, decides on what concerns several workplaces, and recommends what needs a grant "
            "to the committee."
        ),
        bases=frozenset({LegalBasis.COOPERATION, LegalBasis.AML_7_1}),
        composition=(cooperation.coordination,),
        road=Road.ENTRY,
        proposes_for_part=True,
        may_be_absent=True,
        follows_up=True,
        has_functions=True,
        hears_reports=True,
    ),
    KindOfBody(
        kind=BodyKind.LMU,
        title=_("LMU at the workplaces"),
        what=_(
            "Leader, union representative and safety representative develop their workplace together. They agree; "
            "they do not vote."
        ),
        bases=frozenset({LegalBasis.COOPERATION}),
        composition=(cooperation.lmu,),
        decides_by=DecidesBy.CONSENSUS,
        road=Road.WORKPLACE,
        workplace_missing=_("An LMU belongs to a workplace. Choose which."),
        several=_("The LMU of the workplace (%(n)s)"),
        proposes_for_part=True,
        may_be_absent=True,
        keeps_log=True,
        series="LMU",
        read_by_workplace=True,
    ),
    KindOfBody(
        kind=BodyKind.LINE,
        title=_("Leaders in the line"),
        what=_(
            "A leader who receives the proposals of the workplace, does what is within reach, and recommends the "
            "rest further."
        ),
        bases=frozenset({LegalBasis.KOML_13_1}),
        composition=(cooperation.line,),
        decides_by=DecidesBy.LEADER,
        road=Road.WORKPLACE,
        several=_("The leader of the workplace (%(n)s)"),
    ),
    KindOfBody(
        kind=BodyKind.GRENDEUTVALG,
        title=_("Village councils"),
        what=_("An independent association of those who live in a village, outside party politics."),
        bases=frozenset({LegalBasis.ASSOCIATION}),
        road=Road.OFF,
        proposes_itself=True,
        may_be_absent=True,
        of_the_municipality=False,
    ),
    KindOfBody(
        kind=BodyKind.COUNCIL,
        title=_("The municipal council"),
        what=_(
            "The municipality's highest body. It meets outside this portal; what it answers the committee is recorded "
            "here."
        ),
        bases=frozenset({LegalBasis.COUNCIL}),
        road=Road.OUTSIDE,
    ),
)
#: The table, in the order in which the kinds are listed.
BODY_KINDS: Mapping[str, KindOfBody] = {row.kind: row for row in _ROWS}


def standing_at(*where: Road) -> tuple[BodyKind, ...]:
    """Return the kinds that stand at one of these places on the road."""
    return tuple(row.kind for row in _ROWS if row.road in where)


#: What a workplace has of its own to receive proposals with: its LMU, or its leader in a municipality without LMUs.
LOCAL = standing_at(Road.WORKPLACE)
#: What receives proposals that the municipality has chosen no body for.
ENTRY = standing_at(Road.ENTRY)
#: The municipal council, which meets outside the portal.
OUTSIDE = standing_at(Road.OUTSIDE)
#: What no proposal is ever sent to as the next body.
NEVER_NEXT = standing_at(Road.OUTSIDE, Road.OFF)
FOLLOWS_UP = tuple(row.kind for row in _ROWS if row.follows_up)
HEARS_REPORTS = tuple(row.kind for row in _ROWS if row.hears_reports)
#: What the numbers of cases for decision begin with.
SERIES = tuple(dict.fromkeys(row.series for row in _ROWS))
KEEPS_LOG = tuple(row.kind for row in _ROWS if row.keeps_log)
MAY_BE_ABSENT = tuple(row.kind for row in _ROWS if row.may_be_absent)
PROPOSES_FOR_PART = tuple(row.kind for row in _ROWS if row.proposes_for_part)
PROPOSES_ITSELF = tuple(row.kind for row in _ROWS if row.proposes_itself)
READ_BY_WORKPLACE = tuple(row.kind for row in _ROWS if row.read_by_workplace)
#: Associations of their own: a place there makes nobody one of those who work in the municipality.
ASSOCIATIONS = tuple(row.kind for row in _ROWS if not row.of_the_municipality)
#: What follows from the three lawful ways to three equal parts (R34).
WAYS: Mapping[str, str | Promise] = {
    LegalBasis.KOML_5_7: _(
        "The municipal council elects all of them, also those of administration and unions. It decides what is "
        "delegated to it, and its name contains “utvalg” (§ 5-1). Nobody from the top of the administration can sit in "
        "it (§ 7-3), and whoever has prepared a case as an employee steps aside (§ 11-10)."
    ),
    LegalBasis.KOML_5_11: _(
        "The municipal council elects the municipality's side, which is in the majority: politicians and, in our "
        "reading, administration that § 7-3 does not shut out. The employees elect theirs for two years. It decides "
        "delegated matters between the municipality as employer and its employees, and recommends the rest."
    ),
    LegalBasis.KOML_5_11_OTHER: _(
        "In the committee's place where at least three quarters of the employees want it. Equally many of each part, "
        "the chief executive too. It is no elected body: it recommends, and never decides. The rules for meetings are "
        "its own choice."
    ),
}
