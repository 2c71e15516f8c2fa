"""What the trail can say about this room."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(name="grendeutvalg.profile_changed", sentence=_("{actor} changed what {subject} says about itself.")),
    Action(name="grendeutvalg.member_shown", sentence=_("{subject} agreed to be shown on the council's page.")),
    Action(name="grendeutvalg.member_hidden", sentence=_("{subject} is no longer shown on the council's page.")),
)
