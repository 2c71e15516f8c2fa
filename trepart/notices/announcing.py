"""Telling people: an announcement is a row in a room's `notifications.py`; this writes the notices and queues the mail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from trepart import municipality

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.audit.models import Event
    from trepart.workflow import Step


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """Event -> recipients -> template.

    ``recipients`` and ``context`` are asked with the step as it stands after its effect. ``template`` is the path below ``templates/`` without ending:
    ``.subject.txt`` and ``.txt``, rendered as plain text. ``url`` is where the reader goes from there. ``mail`` False keeps it on "my page".
    """

    name: str
    recipients: "Callable[[Step], Iterable[User]]"
    template: str
    url: "Callable[[Step], str]"
    context: "Callable[[Step], Mapping[str, Any]]" = lambda step: {}
    mail: bool = True


def announce(announcement: Announcement, step: "Step") -> None:
    """Write a notice to every recipient of ``announcement`` and queue its mail, in the transaction of ``step``."""
    context = {"step": step, "subject": step.subject, **announcement.context(step)}
    tell(
        announcement.recipients(step),
        kind=announcement.name,
        template=announcement.template,
        context=context,
        url=announcement.url(step),
        event=step.event,
        mail=announcement.mail,
    )


def tell(
    people: "Iterable[User]",
    *,
    kind: str,
    template: str,
    context: Mapping[str, Any],
    url: str,
    event: "Event | None",
    mail: bool = True,
) -> None:
    """Write one notice to each of ``people`` (once each, whoever is active) and queue the mail; call it inside a transaction."""
    from trepart.notices.models import MailStatus, Notice  # models load after the executor that imports this module
    from trepart.notices.tasks import deliver  # as above

    unique = {person.pk: person for person in people if person.is_active}
    for person in (unique[pk] for pk in sorted(unique)):
        with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
            words = {
                **context,
                "person": person,
                "link": f"{settings.SITE_URL}{url}",
                "municipality": municipality.current(),
            }
            if event is not None and Notice.objects.filter(event=event, person=person, kind=kind).exists():
                continue
            notice = Notice.objects.create(
                event=event,
                person=person,
                kind=kind,
                subject=" ".join(_plain(f"{template}.subject.txt", words).split())[:200],
                body=_plain(f"{template}.txt", words).strip(),
                url=url,
                mail=MailStatus.QUEUED if mail else MailStatus.NONE,
            )
        if mail:
            deliver.defer(notice_id=notice.pk)


def _plain(template: str, words: Mapping[str, Any]) -> str:
    """Render a template as the plain text it is: an ampersand in a title is an ampersand in the mail."""
    engine = engines["django"].engine  # type: ignore[attr-defined]  # the one engine there is; the stub knows the base class only
    return str(engine.get_template(template).render(Context(words, autoescape=False)))
