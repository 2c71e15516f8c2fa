"""What the minutes print of a correction, where the thing itself stands: what it said before, and the day (R29)."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings.core import voting
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Ballot
from forum.meetings.core.withheld import ballot_is_told, election_is_told
from forum.meetings.enums import Choice, Corrected
from forum.meetings.minutes.corrections.models import RecordCorrection
from trepart.text.dates import date_text

#: What is put right in the texts a secretary writes.
TEXTS = (Corrected.TREATMENT, Corrected.REMARKS, Corrected.OTHERS)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\s*\n\s*")


def choice_words(ballot: Ballot, choice: str) -> str:
    """Return what somebody voted in words: for or against, or which of two motions; a dash for no vote."""
    if not choice:
        return "–"
    if ballot.opponent is None:
        return str(Choice(choice).label)
    return voting.name_of(ballot.motion if choice == Choice.FOR else ballot.opponent)


def said(one: RecordCorrection, ballot: Ballot | None = None, *, names_votes: bool = False, stands: bool = True) -> str:
    """Return the sentence for ``one``, without the reason, which stays inside. ``ballot`` is the vote it is about.

    A round of an election is printed as what was counted, and a correction of it names nobody either: who voted for
    whom is told where ``names_votes``, to those who put the record right, and what it came to where it still
    ``stands``.
    """
    words = {
        "date": date_text(timezone.localtime(one.at), year=True),
        "name": one.name,
        "was": one.was,
    }
    if one.kind == Corrected.PRESENT and not one.was:
        return _("Corrected %(date)s: %(name)s was not recorded as having met.") % words
    if one.kind == Corrected.PRESENT:
        if one.was == "present":
            return _("Corrected %(date)s: %(name)s was recorded as present.") % words
        return _("Corrected %(date)s: %(name)s was recorded as absent.") % words
    if one.kind == Corrected.MOVEMENT:
        if one.was:
            return _("Corrected %(date)s. It said: “%(was)s”.") % words
        return _("Corrected %(date)s. This was not recorded: “%(now)s”.") % {**words, "now": one.now}
    if one.kind == Corrected.DECISION:
        return _("Corrected %(date)s. The decision said: “%(was)s”.") % words
    if one.kind in TEXTS:
        return _text(one)
    if one.kind == Corrected.RECUSAL:
        return _recusal(one) % words
    if one.kind == Corrected.VOICE and not names_votes:
        return _("Corrected %(date)s: it was recorded wrongly who voted for whom.") % words
    if one.kind == Corrected.VOICE:
        return _voice(one, stands=stands) % {**words, "now": one.now}
    if one.kind == Corrected.COUNT:
        return _("Corrected %(date)s: it said “%(was)s”.") % words
    if not one.was:
        return _("Corrected %(date)s: no vote was recorded.") % words
    return _("Corrected %(date)s: it said “%(was)s”.") % {
        **words,
        "was": choice_words(ballot, one.was) if ballot is not None else str(Choice(one.was).label),
    }


def of_rounds(corrections: Iterable[RecordCorrection]) -> dict[int, list[str]]:
    """Return the sentences for those of ``corrections`` that are about rounds of elections, by the round's id."""
    found: dict[int, list[str]] = {}
    for one in corrections:
        if one.round_id is not None:
            found.setdefault(one.round_id, []).append(said(one))
    return {pk: list(dict.fromkeys(sentences)) for pk, sentences in found.items()}


def differing(was: str, now: str) -> tuple[list[str], list[str]]:
    """Return the sentences of ``was`` that ``now`` has not, and those of ``now`` that ``was`` had not, in order."""
    before, after = ([" ".join(one.split()) for one in _SENTENCES.split(text) if one.strip()] for text in (was, now))
    gone, new = [], []
    for what, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            gone += before[first:last]
            new += after[begin:end]
    return gone, new


def _text(one: RecordCorrection) -> str:
    gone, new = differing(one.was, one.now)
    words = {"date": date_text(timezone.localtime(one.at), year=True), "was": " ".join(gone), "now": " ".join(new)}
    if not gone:
        return _("Corrected %(date)s. This was put in: “%(now)s”.") % words
    if not new:
        return _("Corrected %(date)s. This was taken out: “%(was)s”.") % words
    return _("Corrected %(date)s. It said: “%(was)s”. It was changed to: “%(now)s”.") % words


def _recusal(one: RecordCorrection) -> str:
    if not one.was:
        return _("Corrected %(date)s: it was recorded that %(name)s took part.")
    if not one.now:
        return _("Corrected %(date)s: it was recorded that %(name)s did not take part (%(was)s).")
    return _("Corrected %(date)s: %(name)s was recorded as not taking part (%(was)s).")


def _voice(one: RecordCorrection, *, stands: bool) -> str:
    if not stands and one.was:
        return _("Corrected %(date)s: it said that %(name)s voted “%(was)s”.")
    if not stands:
        return _("Corrected %(date)s: no vote of %(name)s was recorded.")
    if not one.was:
        return _("Corrected %(date)s: no vote of %(name)s was recorded. It was “%(now)s”.")
    if not one.now:
        return _("Corrected %(date)s: it said that %(name)s voted “%(was)s”. There was no vote.")
    return _("Corrected %(date)s: it said that %(name)s voted “%(was)s”. It was “%(now)s”.")


def decided_since(corrections: Sequence[RecordCorrection], *, outside: bool) -> list[str]:
    """Return what ``corrections``, in the order they were made, have made of decisions that are out already: the case,
    what stood there, what stands there now, and why; of one that was corrected again, what it was changed to then.
    ``outside`` the municipality's bodies the number of a case that is withheld alone."""
    newest = {one.item_id: one.pk for one in corrections}
    return [_decided(one, outside=outside, stands=newest[one.item_id] == one.pk) for one in corrections]


def _decided(one: RecordCorrection, *, outside: bool, stands: bool) -> str:
    if one.item is None or (outside and not _is_told(one, one.item)):
        return about_outside(one)
    told = (
        _("%(item)s. %(said)s It now says: “%(now)s”.")
        if stands
        else _("%(item)s. %(said)s It was changed to “%(now)s”, and corrected again later.")
    )
    return _with_ground(told % {"item": one.item.label or one.item.title, "said": said(one), "now": one.now}, one)


def _with_ground(words: str, one: RecordCorrection) -> str:
    """Return ``words`` with why it was corrected, as everybody may read it; that a decision was put right tells nothing
    of it."""
    return f"{words} {one.get_ground_display()}" if one.ground else words


def about_outside(one: RecordCorrection) -> str:
    """Return :func:`about` as it may stand in a version for the public: of a case that is withheld from it, and of what
    was voted behind doors that are open again, the number of the case alone (R8, R25)."""
    if one.item is not None and not _is_told(one, one.item):
        return _with_ground(_("%(item)s is corrected.") % {"item": one.item.label}, one)
    said_of = about(one, names_votes=False)
    return _with_ground(f"{said_of}.", one) if one.ground else said_of


def _is_told(one: RecordCorrection, item: AgendaItem) -> bool:
    if item.is_withheld or (one.ballot is not None and not ballot_is_told(item, one.ballot)):
        return False
    return one.round is None or election_is_told(item, one.round.election)


def about(one: RecordCorrection, *, names_votes: bool = True) -> str:
    """Return what ``one`` is about in a few words: the case, what, and who; of a vote in an election who only where
    ``names_votes``."""
    what = str(one.get_kind_display())
    if one.round is not None:
        which = _("%(place)s, round %(number)s") % {"place": one.round.election.place, "number": one.round.number}
        what = f"{what} ({which})"
    where = f"{one.item.label}: {what}" if one.item is not None else what[:1].upper() + what[1:]
    return f"{where}, {one.name}" if one.name and (names_votes or one.round is None) else where
