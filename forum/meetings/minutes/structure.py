"""The minutes as a document: what stands in them, and how stored ones are read again."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.meetings.minutes import stored_reasons
from forum.meetings.minutes.participants import PersonLine
from forum.meetings.session import narrative


class Audience(StrEnum):
    """Who a rendering of the minutes is for."""

    INTERNAL = "internal"
    PUBLIC = "public"


@dataclass(frozen=True)
class VoteRow:
    """One entitled person's vote."""

    name: str
    part: str
    party: str
    note: str
    choice: str
    #: That it was put right after the meeting, and what it said before.
    corrected: str = ""


@dataclass(frozen=True)
class BallotBlock:
    """One vote: over what, how, and the result in words with the political parties (R13)."""

    motion: str
    result: str
    by_party: str = ""
    rows: tuple[VoteRow, ...] = ()
    #: The motion it was set against, where two were (alternative vote).
    against: str = ""
    #: That the three parts were not equal in it, where they are to be (R2).
    parts: str = ""
    #: Who left, came and sat in for whom after the vote before it in the same case, in sentences.
    comings: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "BallotBlock":
        """Return a vote as it was kept: JSON knows lists alone."""
        rows = tuple(VoteRow(**row) for row in stored["rows"])
        return cls(**{**stored, "rows": rows, "comings": tuple(stored.get("comings", ()))})


@dataclass(frozen=True)
class ItemBlock:
    """One case in the minutes. ``hidden`` says that its content is not for this audience: number and
    basis are all there is."""

    label: str
    title: str
    hidden: bool = False
    closed_basis: str = ""
    #: The basis is that of a proposal to close the doors, which the body has not answered: postponed, say (R8).
    proposed: bool = False
    #: The case is exempt from public access on this basis (R25), whatever the doors.
    exempt_basis: str = ""
    case: str = ""
    recommendation: str = ""
    recommended_by: str = ""
    recusals: tuple[str, ...] = ()
    discussion: str = ""
    motions: tuple[tuple[str, str], ...] = ()
    ballots: tuple[BallotBlock, ...] = ()
    decision: str = ""
    outcome: str = ""
    #: The body recommends to whoever has the authority, and decides nothing (R34, R35).
    recommends: bool = False
    #: The delegation a decision rests on, with the municipal council's decision that gives it.
    rests_on: str = ""
    follow_up: str = ""
    withdrawn: str = ""
    #: Put on the agenda after the notice, and treated all the same (koml § 11-3, R7).
    late: bool = False
    late_because: str = ""
    papers_late: bool = False
    objections: str = ""
    #: Who left, came and sat in for whom before the case was voted on, in sentences, and after the last vote in it.
    comings: tuple[str, ...] = ()
    comings_after: tuple[str, ...] = ()
    #: When the doors were closed and opened, how it was decided, and the votes on it: held in the open, so they
    #: stand in every version (R8).
    doors: tuple[str, ...] = ()
    door_votes: tuple[BallotBlock, ...] = ()
    #: Votes on how the case was treated: who takes part, postponing it.
    procedure: tuple[BallotBlock, ...] = ()
    presided: str = ""
    informed: tuple[str, ...] = ()
    #: What each member answered where the case was treated in writing (R10).
    answers: tuple[str, ...] = ()
    elections: tuple[narrative.ElectionBlock, ...] = ()
    additions: tuple[narrative.AdditionBlock, ...] = ()
    together: str = ""
    #: Some of it was said behind closed doors, and is left out for this audience although the case itself is open.
    partly_hidden: bool = False
    #: Until when a review of legality can be asked for, of the decision, of closed doors and of who took part (koml
    #: §§ 27-1, 27-2; R15); empty where there is nothing to review.
    review_until: str = ""
    #: How many took part in the case when it was settled, in a sentence: the quorum of its extract (koml § 11-9).
    took_part: str = ""
    #: As what the body treated it, where it is several things.
    function: str = ""
    #: What the decision is headed with; empty in versions from before it was kept.
    heading: str = ""
    #: How the body came to postpone it, where it did not vote on that.
    settled: str = ""
    #: Where the decision is not what was voted on, and why.
    differs: str = ""
    #: Who held what, where a body that decides by consensus did not agree, or not everybody answered (R24), and the
    #: conclusion it is about where it does not stand.
    positions: tuple[tuple[str, str], ...] = ()
    disagreed_about: tuple[str, ...] = ()
    #: How many said yes to what was agreed on, and how many have not answered.
    consent: str = ""
    #: What was put right after the meeting of who took part, and of the decision.
    comings_corrected: tuple[str, ...] = ()
    recusals_corrected: tuple[str, ...] = ()
    decision_corrected: tuple[str, ...] = ()
    #: What was put right, once minutes were out, of what a secretary wrote of the treatment (R29).
    discussion_corrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Correction:
    """What a later version changed, and why (R29)."""

    version: int
    date: str
    reason: str


@dataclass(frozen=True)
class SignatureLine:
    """Somebody who has approved the minutes: name, role, and the day."""

    name: str
    role: str
    date: str


@dataclass(frozen=True)
class MinutesDocument:
    """The whole of one meeting's minutes for one audience."""

    audience: str
    title: str
    body: str
    legal_basis: str
    date: str
    began: str
    ended: str
    place: str
    called: str
    presiding: str
    quorum: str
    present: tuple[PersonLine, ...]
    absent: tuple[PersonLine, ...]
    others: str
    remarks: str
    items: tuple[ItemBlock, ...]
    by_consensus: bool
    signers: tuple[str, ...]
    notice: str = ""
    version: int = 0
    corrections: tuple[Correction, ...] = field(default=())
    #: Those without a seat who attended, and requests to record the meeting with the answers (R5, R14).
    attendees: tuple[str, ...] = field(default=())
    recordings: tuple[str, ...] = field(default=())
    remote: bool = False
    in_writing: bool = False  # nobody met: the members answered (R10)
    #: Who has approved them, each with the day; empty until they are approved, and where the next meeting did it.
    signatures: tuple[SignatureLine, ...] = field(default=())
    #: Who wrote them down at the meeting, and for whom where that was a stand-in; empty in
    #: versions from before it was kept.
    secretary: str = ""
    #: Whose names it has lines to sign on, each with the role, until they have approved it.
    signature_lines: tuple[SignatureLine, ...] = field(default=())
    #: What was put right after the meeting of who met.
    roll_corrected: tuple[str, ...] = field(default=())
    #: What was put right, once minutes were out, of who else was there, and of the remarks (R29).
    others_corrected: tuple[str, ...] = field(default=())
    remarks_corrected: tuple[str, ...] = field(default=())
    #: The language its words are in; versions from before it was kept are in the municipality's.
    language: str = ""
    #: It was built after reasons for absence were taken out of minutes; older ones are read without them (R51).
    tells_no_reasons: bool = False

    @property
    def reviews(self) -> list[tuple[str, str]]:
        """Return until when a review of legality can be asked for, each sentence once, with the cases it is about."""
        found: dict[str, list[str]] = {}
        for item in self.items:
            for sentence in _SENTENCES.split(item.review_until):
                if sentence:
                    found.setdefault(sentence, []).append(item.label or item.title)
        return [(", ".join(labels), sentence) for sentence, labels in found.items()]

    def as_json(self) -> dict[str, Any]:
        """Return the structure as what JSON can hold."""
        return asdict(self)


_CONSENT = ("disagreed_about",)
_SENTENCES = re.compile(r"(?<=\.) (?=[A-ZÆØÅ])")
_CORRECTED = ("comings_corrected", "recusals_corrected", "decision_corrected", "discussion_corrected")


def from_json(stored: dict[str, Any]) -> MinutesDocument:
    """Return the structure a published version was stored as; the inverse of :meth:`MinutesDocument.as_json`,
    without the reasons for absence that older ones hold (R51)."""
    stored = stored_reasons.left_out(stored)
    blocks = []
    for item in stored["items"]:
        read = dict(item)
        for name in ("ballots", "door_votes", "procedure"):
            read[name] = tuple(BallotBlock.from_json(ballot) for ballot in item.get(name, ()))
        for name in ("recusals", "comings", "comings_after", "doors", "informed", "answers", *_CONSENT, *_CORRECTED):
            read[name] = tuple(item.get(name, ()))
        read["motions"] = tuple((text, mover) for text, mover in item["motions"])
        read["positions"] = tuple((name, text) for name, text in item.get("positions", ()))
        read["additions"] = tuple(narrative.AdditionBlock(**one) for one in item.get("additions", ()))
        read["elections"] = tuple(
            narrative.ElectionBlock(**{**one, "rounds": tuple(one["rounds"])}) for one in item.get("elections", ())
        )
        blocks.append(ItemBlock(**read))
    return MinutesDocument(
        **{
            **stored,
            "present": tuple(PersonLine(**line) for line in stored["present"]),
            "absent": tuple(PersonLine(**line) for line in stored["absent"]),
            "items": tuple(blocks),
            "signers": tuple(stored["signers"]),
            "attendees": tuple(stored.get("attendees", ())),
            "recordings": tuple(stored.get("recordings", ())),
            **{
                name: tuple(stored.get(name, ()))
                for name in ("roll_corrected", "others_corrected", "remarks_corrected")
            },
            "signature_lines": tuple(SignatureLine(**line) for line in stored.get("signature_lines", ())),
            "corrections": tuple(Correction(**line) for line in stored["corrections"]),
            "signatures": tuple(SignatureLine(**line) for line in stored.get("signatures", ())),
        }
    )


#: What of the whole meeting an extract leaves out.
_NO_TEXTS: dict[str, Any] = {"remarks": "", "others": "", "remarks_corrected": (), "others_corrected": ()}


def extract(document: MinutesDocument, label: str) -> MinutesDocument | None:
    """Return what ``document`` says of the one case numbered ``label`` (saksprotokoll), or None where it says nothing
    of it to its audience."""
    found = tuple(item for item in document.items if item.label == label and not item.hidden)
    if not label or not found:
        return None
    with override(document.language or None):
        title = _("Extract of the minutes: %(label)s") % {"label": label}
    quorum = " ".join(item.took_part for item in found) or document.quorum
    told = tuple(one for one in (_about_case(one, document, label) for one in document.corrections) if one.reason)
    return replace(document, title=title, items=found, quorum=quorum, corrections=told, **_NO_TEXTS)


def _about_case(one: Correction, document: MinutesDocument, label: str) -> Correction:
    """Return ``one`` without its lines about other cases of ``document`` than the one numbered ``label``."""
    others = [item.label for item in document.items if item.label and item.label != label]
    lines = [line for line in one.reason.splitlines() if label in line or not any(other in line for other in others)]
    return replace(one, reason="\n".join(lines))


def roll_call(document: MinutesDocument) -> MinutesDocument:
    """Return only how it was voted: the cases with a vote, each vote with who voted what, and what came of it."""
    voted = tuple(
        replace(
            item,
            recommendation="",
            recommended_by="",
            recusals=(),
            discussion="",
            discussion_corrected=(),
            motions=(),
            follow_up="",
            review_until="",
        )
        for item in document.items
        if item.ballots and not item.hidden
    )
    with override(document.language or None):
        title = _("Votes in the meeting")
    return replace(document, title=title, items=voted, corrections=(), signatures=(), **_NO_TEXTS)
