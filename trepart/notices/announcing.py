"""Writes the notices and queues the mail of an announcement, a row in a room's `notifications.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.conf import settings
from django.utils.translation import gettext

from trepart import languages, municipality
from trepart.notices import withholding, writing

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.audit.models import Event
    from trepart.notices.mail import Enclosed
    from trepart.notices.models import Mail, Notice
    from trepart.workflow import Step


#: What the steps that are announced were given; an announcement that does not read it goes with any step.
D_contra = TypeVar("D_contra", contravariant=True)


@dataclass(frozen=True, kw_only=True)
class Announcement(Generic[D_contra]):
    """Event -> recipients -> template.

    ``recipients`` and ``context`` are asked with the step as it stands after its effect. ``template`` is the mail's
    path below ``templates/`` without ending (:func:`trepart.notices.writing.write`). ``url`` is where the reader goes
    from there. ``mail`` False keeps it on "my page". ``at_once`` True: it cannot wait for the mail that gathers a day's
    notices, whatever the reader has chosen. ``otherwise`` tells those who are told in another way than by notice and
    mail: on paper. ``enclose`` is asked once with the step, and returns what makes the files that go with the mail to
    one person, in the language of that person.
    """

    name: str
    recipients: "Callable[[Step[D_contra]], Iterable[User]]"
    template: str
    url: "Callable[[Step[D_contra]], str]"
    context: "Callable[[Step[D_contra]], Mapping[str, object]]" = lambda step: {}
    mail: bool = True
    at_once: bool = False
    enclose: "Callable[[Step[D_contra]], Callable[[User], Sequence[Enclosed]]] | None" = None
    otherwise: "Callable[[Announcement[D_contra], Step[D_contra]], None] | None" = None


def announce(announcement: Announcement[Any], step: "Step[Any]") -> None:
    """Write a notice to every recipient of ``announcement`` and queue its mail, in the transaction of ``step``."""
    enclose = announcement.enclose
    tell(
        announcement.recipients(step),
        kind=announcement.name,
        template=announcement.template,
        context={"step": step, "subject": step.subject, **announcement.context(step)},
        url=announcement.url(step),
        event=step.event,
        mail=announcement.mail,
        at_once=announcement.at_once,
        enclose=None if enclose is None else enclose(step),
    )
    if announcement.otherwise is not None:
        announcement.otherwise(announcement, step)


def tell(
    people: "Iterable[User]",
    *,
    kind: str,
    template: str,
    context: Mapping[str, object],
    url: str,
    event: "Event | None",
    mail: bool = True,
    at_once: bool = False,
    enclose: "Callable[[User], Sequence[Enclosed]] | None" = None,
) -> None:
    """Write one notice to each of ``people`` (once each, whoever is active) and queue the mail;
    call it inside a transaction.

    Where ``event`` is about a case that is exempt, or ``context`` says ``kept``, the number of one, the mail says the
    number and where to read, and no more (R8, R25). ``at_once`` is as in :class:`Announcement`; ``enclose`` makes the
    files for one person. The number of queries does not depend on how many are told.
    """
    from trepart.notices.mail import post  # models load after the executor that imports this module
    from trepart.notices.models import Cadence, MailChoice, Notice  # as above

    unique = {person.pk: person for person in people if person.is_active}
    fresh: set[tuple[str, int]] | None = getattr(event, "told", None)
    if fresh is not None:
        # Written in this very transaction: whoever has been told of it was told from here.
        unique = {pk: person for pk, person in unique.items() if (kind, pk) not in fresh}
        fresh.update((kind, pk) for pk in unique)
    elif event is not None and unique:
        told = Notice.objects.filter(event=event, kind=kind, person__in=unique).values_list("person", flat=True)
        for pk in list(told):
            del unique[pk]
    if not unique:
        return
    patient: set[int] = set()
    if mail and not at_once:
        patient = set(
            MailChoice.objects.filter(person__in=unique, cadence=Cadence.DAILY).values_list("person", flat=True)
        )
    # Who tells it may know already; whoever does not say is asked for.
    kept = (context["kept"] if "kept" in context else withholding.number(event)) if mail else ""
    notices: list[Notice] = []
    mails: list[tuple[Mail, Sequence[Enclosed]]] = []
    with municipality.asked_once():
        own = municipality.current()
        for pk in sorted(unique):
            person = unique[pk]
            with languages.reading(person) as language:
                link = f"{settings.SITE_URL}{url}"
                words = writing.write(template, {**context, "person": person, "link": link, "municipality": own})
                notice = Notice(event=event, person=person, kind=kind, subject=words.subject, body=words.text, url=url)
                notices.append(notice)
                if mail and pk in patient and not kept:
                    notice.to_be_gathered = True
                elif mail:
                    out = writing.write(withholding.TEMPLATE, {"kept": kept, "link": link}) if kept else words
                    notice.mail = _mail_of(notice, out, link=link, language=language)
                    mails.append((notice.mail, enclose(person) if enclose is not None else ()))
    post(mails)
    for notice in notices:
        notice.mail = notice.mail  # the mail has its number only now
    Notice.objects.bulk_create(notices)


def _mail_of(notice: "Notice", words: writing.Words, *, link: str, language: str) -> "Mail":
    from trepart.notices.models import Mail  # models load after the executor that imports this module

    # A text that leads to its page itself is not led there twice.
    text = words.text if link in words.text.split() or not notice.url else f"{words.text}\n\n{link}"
    return Mail(
        person=notice.person,
        to=notice.person.email,
        language=language,
        kind=notice.kind,
        subject=words.subject,
        text=text,
        label=words.label or gettext("Open in the portal"),
    )
