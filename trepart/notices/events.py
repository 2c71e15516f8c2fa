"""What the trail can say about mail. Addresses do not stand there (R31): only whose they are."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(name="notices.address_marked_wrong", sentence=_("{actor} marked {subject}'s e-mail address as wrong.")),
    Action(
        name="notices.address_marked_right", sentence=_("{actor} marked {subject}'s e-mail address as right after all.")
    ),
    Action(name="notices.mail_tried_again", sentence=_("{actor} sent mail that had not arrived once more: {count}.")),
)
