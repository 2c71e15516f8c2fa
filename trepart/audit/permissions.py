"""Who may what with the trail; roles are given them in `trepart/access/roles.py`."""

from django.utils.translation import gettext_lazy as _

from trepart.access.policy import Permission, register
from trepart.access.rules import InOffice

register(
    Permission(name="audit.view", label=_("see who did what, and the seals over it, in every case"), rule=InOffice()),
    Permission(name="audit.erase", label=_("erase personal words from the trail (R31)"), rule=InOffice()),
)
