"""What the trail can say about this room."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(Action(name="portal.demo_loaded", sentence=_("The demo municipality was loaded."), quiet=True))
