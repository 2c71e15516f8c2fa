"""The writes: representatives are asked, and say a word."""

from django.utils.translation import gettext as _

from proposals.enums import OPEN_TO_TREATMENT
from proposals.heard import who_is_heard
from proposals.heard.asking import ask_those_unasked, asked_data
from proposals.models import Proposal
from proposals.notifications import context, handlers, url
from proposals.workflow.other_writes import UNDER_TREATMENT, writing
from trepart import clock
from trepart.access.models import User
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, WrongState


def ask(proposal: Proposal, *, actor: User, seen: int | None = None) -> None:
    """Ask the representatives to be heard who have not been asked: somebody has come since, or the proposal has come
    down from a group. Raises ``WrongState`` where there is nobody to ask, ``NotPermitted``."""
    with writing(
        proposal, "proposals.heard_asked", actor=actor, permission="proposals.handle", states=OPEN_TO_TREATMENT,
        seen=seen, data=asked_data,
    ) as (fresh, event):  # fmt: skip
        if not ask_those_unasked(fresh, event):
            raise WrongState(_("Everybody who is to be heard has been asked."))


def say(proposal: Proposal, *, text: str, actor: User, seen: int | None = None) -> None:
    """Say a word for the place one holds; said again, it is replaced, until the proposal has ended or left the leader.
    Whoever has not answered when it leaves, can answer for the days that were promised; who has it then is told.

    Raises ``NotPermitted`` for somebody who has not been asked, ``GuardRefused`` without a word, ``WrongState``.
    """
    words = text.strip()
    if not words:
        raise GuardRefused(_("Write what you think."))
    with writing(
        proposal, "proposals.heard", actor=actor, permission="proposals.say_word", states=UNDER_TREATMENT, seen=seen,
        text={"note": words},
    ) as (fresh, event):  # fmt: skip
        word = who_is_heard.word_of(fresh, actor)
        if word is None or not who_is_heard.can_say(fresh, word):
            raise WrongState
        word.text, word.said_by, word.said_at = words, actor, clock.now()
        word.save(update_fields=["text", "said_by", "said_at"])
        tell(
            [person for person in handlers(fresh) if person.pk != actor.pk],
            kind="proposals.heard",
            template="proposals/heard/mail/heard",
            context=context(fresh, subject=fresh, name=actor.name),
            url=url(fresh),
            event=event,
        )
