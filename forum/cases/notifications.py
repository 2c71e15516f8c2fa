"""Who is told of opinions: event, recipients, template."""

from collections.abc import Callable, Iterable

from trepart.access import policy
from trepart.access.models import User
from trepart.notices.announcing import Announcement
from trepart.workflow import Step


def those_asked(step: Step) -> Iterable[User]:
    """Return who may answer: told when they are asked, reminded, and told when it is no longer wanted."""
    return policy.people_who_can("forum.answer_opinion", step.subject)


def _those_who_asked(step: Step) -> Iterable[User]:
    return policy.people_who_can("forum.ask_opinion", step.subject)


def subject_url(step: Step) -> str:
    url: str = step.subject.get_absolute_url()
    return url


def told(template: str, recipients: Callable[[Step], Iterable[User]], *, mail: bool = True) -> Announcement:
    """Announce with ``template``, whose last word is the announcement's name, and lead to the subject's own page."""
    name = f"forum.{template.rpartition('/')[2]}"
    return Announcement(name=name, recipients=recipients, template=template, url=subject_url, mail=mail)


OPINION_ASKED = told("cases/mail/opinion_asked", those_asked)
OPINION_GIVEN = told("cases/mail/opinion_given", _those_who_asked)
OPINION_DECLINED = told("cases/mail/opinion_declined", _those_who_asked)
OPINION_LAPSED = told("cases/mail/opinion_lapsed", those_asked)
OPINION_WITHDRAWN = told("cases/mail/opinion_withdrawn", those_asked)

#: Told by `tasks.remind`.
OPINION_REMINDED = "forum.opinion_reminded"
