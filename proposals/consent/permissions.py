"""Who writes conclusions, who answers for a seat, and who reads what each has said."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from proposals.consent.models import Conclusion
from trepart.access.policy import Permission, register
from trepart.access.rules import InBody


def _body(conclusion: Conclusion) -> list[int]:
    return [conclusion.referral.body_id]


def _of(bodies: Collection[int]) -> Q:
    return Q(referral__body__in=bodies)


register(
    Permission(
        name="proposals.conclude",
        label=_("write a provisional conclusion, and take it back"),
        rule=InBody(_body, _of),
    ),
    Permission(
        name="proposals.take_position",
        label=_("say yes or no to a provisional conclusion for one's seat, and send up what is not agreed on"),
        rule=InBody(_body, _of),
    ),
    Permission(
        name="proposals.view_conclusion",
        label=_("read a provisional conclusion and what each seat has said to it"),
        rule=InBody(_body, _of),
    ),
)
