"""A vote that has been held, as the page of an item shows it."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.meetings.core import voting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice, MotionPurpose
from forum.meetings.session.votes.forms import CorrectForm
from forum.organisation import parity
from forum.organisation.models import Body
from trepart import ui


@dataclass(frozen=True)
class Result:
    """A vote that has been held, as the page shows it."""

    ballot: Ballot
    figures: str
    sentence: str
    by_party: str
    #: That the three parts did not vote in equal numbers, where they are to (R2); empty otherwise.
    parts: str
    rows: list[tuple[ui.PersonLine, str]]
    correct: CorrectForm

    @classmethod
    def of(cls, ballot: Ballot, typed: CorrectForm | None, body: Body) -> "Result":
        """Return ``ballot``, of ``body``, as the page shows it, with the form for putting a vote right, which
        keeps what was typed in it."""
        rows = [
            (
                ui.PersonLine(
                    name=vote.name,
                    role=_("deputy for %(name)s") % {"name": vote.stands_for} if vote.stands_for else "",
                    part=vote.part,
                    party=vote.party.short if vote.party is not None else "",
                ),
                choice_words(ballot, vote.choice),
            )
            for vote in ballot.votes.all()
        ]
        keep = typed is not None and typed.ballot.pk == ballot.pk
        return cls(
            ballot=ballot,
            figures=voting.figures(voting.tally_of(ballot)),
            sentence=voting.sentence(ballot),
            by_party=voting.party_text(ballot),
            parts=" ".join(
                [parity.unequal(body, [vote.part for vote in ballot.votes.all()]), *voting.overruled_words(ballot)]
            ).strip(),
            rows=rows,
            correct=typed if keep and typed is not None else CorrectForm(ballot=ballot),
        )

    @property
    def about(self) -> str:
        """Return what a vote on how the case is treated was about; empty for a vote on the case itself."""
        purpose = MotionPurpose(self.ballot.motion.purpose)
        return "" if purpose == MotionPurpose.CASE else capfirst(str(purpose.label))

    @property
    def motions(self) -> list[tuple[str, str]]:
        """Return what was voted on, each motion with its name where two stood against each other."""
        if self.ballot.opponent is None:
            return [("", self.ballot.motion.text)]
        return [(capfirst(voting.name_of(one)), one.text) for one in (self.ballot.motion, self.ballot.opponent)]


def choice_words(ballot: Ballot, choice: str) -> str:
    """Return what somebody voted: for or against, or which of two motions."""
    if ballot.opponent is None:
        return str(Choice(choice).label)
    return voting.name_of(ballot.motion if choice == Choice.FOR else ballot.opponent)
