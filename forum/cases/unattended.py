"""Cases in queues where nobody can treat them, for the administrator's list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forum.cases.enums import ReferralStatus
from forum.cases.models import Referral
from forum.organisation.unattended import Waiting, count_by_body

QUEUES = Waiting(
    permission="proposals.handle",
    counted=lambda: count_by_body(Referral.objects.exclude(status=ReferralStatus.CLOSED), "body"),
    words=lambda n: ngettext("%(n)s case waits in the queue", "%(n)s cases wait in the queue", n) % {"n": n},
    why=_("Nobody there can treat cases. Enter a leader or a secretary, or let somebody stand in."),
)
