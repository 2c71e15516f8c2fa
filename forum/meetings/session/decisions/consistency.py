"""Whether what is decided in an item is what was voted on: each contradiction in a sentence (koml § 11-4; R13)."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from forum.cases.enums import Resolution
from forum.meetings.core import voting
from forum.meetings.core.withheld import election_is_told, motion_is_told
from forum.meetings.enums import Doors, MotionPurpose

if TYPE_CHECKING:
    from forum.meetings.core.models import AgendaItem
    from forum.meetings.core.vote_models import Ballot, Motion
    from forum.meetings.session.elections.models import Election

#: What a body may conclude with although nothing it voted on was adopted.
WITHOUT_MAJORITY = (Resolution.NOTED, Resolution.POSTPONE, Resolution.DECLINE)
NOT_ADOPTED = gettext_lazy("The recommendation was not adopted.")
TAKEN_NOTE = gettext_lazy("Taken note of.")
#: What may be said of a case where every motion fell, without saying anything that was not voted on.
_SAID_OF_NOTHING = (NOT_ADOPTED, gettext_lazy("The motion was not adopted."), TAKEN_NOTE)
#: What a sentence says that turns a motion down, or takes note, in bokmål and nynorsk; and that it does not.
_TURNED_DOWN = re.compile(
    r"avvis|avslå|avslått|avslag|forkast|nedstemt|stemt ned|røysta ned|\bfalt\b|(?<!i )\bfall\b|ikkje vedte|ikke vedt"
    r"|ikke tatt til følge|ikkje teke til følgje|ikke flertall|ikkje fleirtal|ikke medhold|ikkje medhald"
)
_NOT_SO = re.compile(r"\b(?:ikke|ikkje)\s+(?:\w+\s+)?(?:avvis|avslå|avslått|forkast|nedstemt)")
_NOTED = re.compile(r"til (?:orientering|etterretning|vitende)")
_ONLY_NOTED = re.compile(_NOTED.pattern + r"|ingen (?:merknad|innvending|uttale)")
#: Where a sentence goes on to say something more, which the words that turn down do not cover.
_MORE = re.compile(r"[,;:]|\b(?:og|men|samt|mens|mot at)\b")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")


def adopted(ballots: Iterable["Ballot"]) -> list["Motion"]:
    """Return the motions on the case itself that were adopted, in the order they were: for each, what the last vote in
    which it stood came to."""
    stands: dict[int, Motion] = {}
    for ballot in _about(ballots, MotionPurpose.CASE):
        won = voting.winner(ballot)
        for motion in (ballot.motion, ballot.opponent):
            if motion is None:
                continue
            stands.pop(motion.pk, None)
            if won is not None and won.pk == motion.pk:
                stands[motion.pk] = motion
    return list(stands.values())


def words(ballots: Iterable["Ballot"]) -> str:
    """Return what was adopted in the case, word for word; empty where nothing was."""
    return "\n\n".join(motion.text for motion in adopted(ballots))


def more_than_noted(ballots: Iterable["Ballot"]) -> str:
    """Return, in a sentence, that what was adopted is more than taking note of the case; empty where it is not."""
    won = [motion for motion in adopted(ballots) if not _ONLY_NOTED.search(_squeezed(motion.text))]
    if not won:
        return ""
    return _("The outcome says that the body only took note, and it adopted: %(words)s") % {"words": _quoted(won)}


def kept_behind_doors(item: "AgendaItem", *, ballots: Iterable["Ballot"], elections: Iterable["Election"] = ()) -> bool:
    """Say whether what was adopted was moved, or who was elected was, behind doors that are open again: everybody reads
    the decision, so it is written in words of its own (koml § 11-5, R8)."""
    if item.doors != Doors.OPEN or not item.door_periods.all():
        return False
    return any(not motion_is_told(item, motion) for motion in adopted(ballots)) or any(
        one.elected is not None and not election_is_told(item, one) for one in elections
    )


def differences(
    resolution: Resolution | str, text: str, *, ballots: Sequence["Ballot"], elections: Sequence["Election"] = ()
) -> list[str]:
    """Return, in sentences, where a decision of the kind ``resolution`` in the words ``text`` is not what was voted on;
    empty where it is, and in a case that nothing was voted on in."""
    on_case, on_time = _about(ballots, MotionPurpose.CASE), _about(ballots, MotionPurpose.POSTPONE)
    won = adopted(on_case)
    item = next((one.item for one in on_case), None) or next((one.item for one in elections), None)
    own_words = item is not None and kept_behind_doors(item, ballots=on_case, elections=elections)
    last = on_time[-1] if on_time else None
    postponed = last is not None and voting.tally_of(last).adopted
    if resolution == Resolution.POSTPONE:
        if last is not None and not postponed:
            return [_("Postponing the case was voted down (%(figures)s).") % {"figures": _figures(last)}]
        if won and last is None:
            return [_was_adopted(won)]
        return []
    said = []
    if last is not None and postponed and not any(ballot.pk > last.pk for ballot in on_case):
        said.append(_("Postponing the case was adopted (%(figures)s).") % {"figures": _figures(last)})
    if on_case and not won:
        if not _is_said_of_nothing(resolution, text, on_case):
            said.append(_("Nothing that was voted on was adopted."))
        if item is not None and (waiting := _not_voted_on(item, on_case)):
            said.append(_("Moved, and not voted on: %(motions)s.") % {"motions": _quoted(waiting)})
    elif won and not own_words and not _says_what_won(text, won, on_case):
        said.append(_was_adopted(won))
    said += _not_elected(text, elections) if not on_case and not own_words else []
    return said


def contradicted(
    resolution: Resolution | str, text: str, *, ballots: Sequence["Ballot"], elections: Sequence["Election"] = ()
) -> list[str]:
    """Return those of :func:`differences` that no reason excuses, since what became of the case is not what came of
    the votes: adopted although nothing was, turned down although something was, postponed against the vote on that."""
    unlike = differences(resolution, text, ballots=ballots, elections=elections)
    on_case, on_time = _about(ballots, MotionPurpose.CASE), _about(ballots, MotionPurpose.POSTPONE)
    if not unlike or not (on_case or on_time) or resolution == Resolution.DISAGREE:
        return []
    last, said = on_time[-1] if on_time else None, _squeezed(text)
    won = [_squeezed(motion.text) for motion in adopted(on_case)]
    repeated = bool(won) and all(words in said for words in won)
    if resolution == Resolution.POSTPONE:
        return [] if last is None and repeated else unlike
    if last is not None and voting.tally_of(last).adopted and not any(ballot.pk > last.pk for ballot in on_case):
        return unlike
    if won:
        turned_down = resolution == Resolution.DECLINE and not repeated
        return unlike if turned_down or said in _nothing(but=TAKEN_NOTE) else []
    if not on_case or any(one.elected is not None for one in elections):
        return []
    fallen = {_squeezed(ballot.motion.text) for ballot in on_case}
    told_as_decided = resolution == Resolution.NOTED and said in fallen
    return unlike if resolution not in WITHOUT_MAJORITY or told_as_decided else []


def _is_said_of_nothing(resolution: Resolution | str, text: str, ballots: Sequence["Ballot"]) -> bool:
    """Say whether ``text`` tells of a case in which nothing was adopted, without more than that: turning down what got
    no majority is what the votes came to, in whatever words."""
    if resolution not in WITHOUT_MAJORITY:
        return False
    if _squeezed(text) in _nothing():
        return True
    words = _NOTED if resolution == Resolution.NOTED else _TURNED_DOWN
    return _is_all(words, text, _fallen(ballots, but=()))


def _says_what_won(text: str, won: Sequence["Motion"], ballots: Sequence["Ballot"]) -> bool:
    """Say whether ``text`` is what was adopted, word for word; that what fell was turned down may be said after it."""
    said, words = _squeezed(text), _squeezed("\n\n".join(motion.text for motion in won))
    if said == words:
        return True
    rest = said.removeprefix(words)
    fallen = _fallen(ballots, but=won)
    return bool(fallen) and rest != said and rest[0] in ". " and _is_all(_TURNED_DOWN, rest.lstrip(". "), fallen)


def _fallen(ballots: Iterable["Ballot"], *, but: Iterable["Motion"]) -> set[str]:
    """Return the words of what was voted on and not adopted, as they are compared."""
    motions = [motion for ballot in ballots for motion in (ballot.motion, ballot.opponent) if motion is not None]
    stands = {motion.pk for motion in but}
    return {_squeezed(motion.text) for motion in motions if motion.pk not in stands}


def _is_all(words: re.Pattern[str], text: str, fallen: Collection[str]) -> bool:
    """Say whether every sentence of ``text`` says ``words`` and nothing more, and none is what fell told as decided.
    What is quoted is somebody else's words."""
    sentences = [_squeezed(one) for one in re.split(r"(?<=[.!?])\s+|\n", _QUOTED.sub("«»", text)) if _squeezed(one)]
    return bool(sentences) and all(
        words.search(one)
        and not _NOT_SO.search(one)
        and not _MORE.search(one)
        and not any(fell in one for fell in fallen if words.search(fell))
        for one in sentences
    )


def _about(ballots: Iterable["Ballot"], purpose: MotionPurpose) -> list["Ballot"]:
    return [ballot for ballot in ballots if ballot.motion.purpose == purpose]


def _figures(ballot: "Ballot") -> str:
    return voting.figures(voting.tally_of(ballot))


def _not_voted_on(item: "AgendaItem", ballots: Iterable["Ballot"]) -> list["Motion"]:
    voted = {pk for ballot in ballots for pk in (ballot.motion_id, ballot.opponent_id)}
    moved = [motion for motion in item.motions.all() if motion.is_on_the_case]
    return [motion for motion in moved if not motion.is_recommendation and motion.pk not in voted]


def _quoted(motions: Iterable["Motion"]) -> str:
    return ", ".join(f"«{' '.join(motion.text.split())}»" for motion in motions)


def _was_adopted(motions: Iterable["Motion"]) -> str:
    return _("The decision says something else than what was adopted: %(words)s") % {"words": _quoted(motions)}


def _not_elected(text: str, elections: Iterable["Election"]) -> list[str]:
    chosen = [one.elected.name for one in elections if one.elected is not None]
    lacking = [name for name in chosen if _squeezed(name) not in _squeezed(text)]
    return [_("Was elected, and is not named: %(names)s.") % {"names": ", ".join(lacking)}] if lacking else []


def says_only(text: str, words: Promise) -> bool:
    """Say whether ``text`` is nothing but ``words``, in either written form."""
    return _squeezed(text) in {_in_language(code, words) for code, _name in settings.LANGUAGES}


def _squeezed(text: str) -> str:
    """Return ``text`` as it is compared: how it is broken into lines, and whether it ends with a full stop, says
    nothing else."""
    return " ".join(text.split()).rstrip(". ").casefold()


def _nothing(*, but: Promise | None = None) -> set[str]:
    said = [text for text in _SAID_OF_NOTHING if text is not but]
    return {_in_language(code, text) for code, _name in settings.LANGUAGES for text in said}


def _in_language(code: str, text: Promise) -> str:
    with override(code):
        return _squeezed(str(text))
