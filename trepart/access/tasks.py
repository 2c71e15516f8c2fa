"""Jobs that tidy up after memberships that have ended, and after sign-ins.

Rights never wait for them: whether a membership runs is asked at every check.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import connection
from django.db.models import Exists, F, OuterRef
from procrastinate.contrib.django import app

from trepart import audit, clock, municipality
from trepart.access import account_closure, sync
from trepart.access.models import User
from trepart.access.sign_in import addresses
from trepart.audit.models import Event


@app.periodic(cron="10 0 * * *")
@app.task(name="access.keep_in_step", queue="access", queueing_lock="access.keep_in_step", lock="access.keep_in_step")
def keep_in_step(timestamp: int) -> None:
    """Take people out of the groups of memberships that ended yesterday; run each night. ``timestamp`` is when the
    run was due, in seconds."""
    if difference := sync.difference():
        sync.mend(difference)


@app.periodic(cron="30 2 * * *")
@app.task(name="access.tidy", queue="access", queueing_lock="access.tidy", lock="access.tidy")
def tidy(timestamp: int) -> None:
    """Delete what is not needed any more (R31), each night: accounts and addresses never confirmed, what is known of
    sessions that are over, counts of attempts.

    ``timestamp`` is when the run was due, in seconds.
    """
    before = clock.now() - timedelta(days=municipality.current().unconfirmed_days)
    never = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    waiting = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=False)
    lapsed = User.objects.filter(
        Exists(waiting), ~Exists(never), is_active=True, last_login=None, date_joined__lt=before
    )
    for person in lapsed.order_by("pk"):
        with audit.recorded("access.signup_lapsed", actor=None, subject=person):
            account_closure.erase(person, keeps_name=False)
    # A wish for a new address that nobody confirmed: the mail with the link is older than the link lasts.
    asked = Event.objects.filter(
        action__in=["access.address_asked", "access.address_given"],
        subject_type=User._meta.label_lower,
        at__gte=min(before, clock.now() - addresses.LINK_LASTS),
    )
    waiting_still = asked.filter(subject_id=OuterRef("user_id"))
    EmailAddress.objects.filter(~Exists(waiting_still), verified=False).exclude(email=F("user__email")).delete()
    for row in UserSession.objects.iterator():
        row.purge()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trepart_cache WHERE expires < now()")


@app.periodic(cron="15 * * * *")
@app.task(name="access.end_sessions", queue="access", queueing_lock="access.end_sessions", lock="access.end_sessions")
def end_sessions(timestamp: int) -> None:
    """Delete sessions that are over, each hour: they hold text that was kept, also of people nobody knows.
    ``timestamp`` is when the run was due, in seconds."""
    call_command("clearsessions")
