"""What the trail can say about itself."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register
from trepart.audit.comparing.cross_checks import ERASED

register(Action(name=ERASED, sentence=_("{actor} erased the words that stood in event {event}.")))
