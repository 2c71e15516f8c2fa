"""A day's notices in one mail, for those who have chosen it."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trepart import languages
from trepart.access.models import User
from trepart.notices import mail as mailing
from trepart.notices import withholding, writing
from trepart.notices.models import Mail, Notice

#: So many are listed; the rest stand on "my page".
MOST = 30


def gather() -> int:
    """Send each who has notices waiting one mail with all of them; return how many mails. A notice that has been read
    meanwhile is not sent again."""
    waiting = Notice.objects.filter(to_be_gathered=True)
    people = waiting.order_by("person").values_list("person", flat=True).distinct()
    done = 0
    for pk in list(people):
        with transaction.atomic():
            rows = list(
                Notice.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(person=pk, to_be_gathered=True)
                .select_related("event")
                .order_by("created_at", "id")
            )
            unread = [notice for notice in rows if notice.read_at is None]
            person = User.objects.get(pk=pk)
            if unread and person.is_active:
                written = _written(person, unread)
                mailing.post([(written, ())])
                Notice.objects.filter(pk__in=[n.pk for n in unread]).update(mail=written)
                done += 1
            Notice.objects.filter(pk__in=[n.pk for n in rows]).update(to_be_gathered=False)
    return done


def _written(person: User, notices: Sequence[Notice]) -> Mail:
    with languages.reading(person) as language:
        count = len(notices)
        subject = ngettext("%(count)s thing is new", "%(count)s things are new", count) % {"count": count}
        # What has become exempt since it was told stands there by its number; a title as it is today.
        events = [notice.event for notice in notices if notice.event is not None]
        kept, titles = withholding.numbers(events), withholding.earlier_titles(events)
        listed = [f"{_subject(notice, kept, titles)}\n{settings.SITE_URL}{notice.url}" for notice in notices[:MOST]]
        if count > MOST:
            listed.append(_("And %(count)s more on my page.") % {"count": count - MOST})
        return Mail(
            person=person,
            to=person.email,
            language=language,
            kind="notices.gathered",
            subject=subject,
            text="\n\n".join([_("This has happened since last time:"), *listed]),
            label=_("Read more"),
        )


def _subject(notice: Notice, kept: Mapping[int, str], titles: Mapping[int, list[tuple[str, str]]]) -> str:
    number = kept.get(notice.event_id or 0, "")
    if number:
        link = f"{settings.SITE_URL}{notice.url}"
        return writing.write(withholding.TEMPLATE, {"kept": number, "link": link}).subject
    return withholding.retold(notice.subject, titles.get(notice.event_id or 0, ()))
