"""What the trail can say about this room."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="lmu.guest_let_in",
        sentence=_("{body} let a representative of the users take part in the case."),
    ),
    Action(name="lmu.log_written", sentence=_("{actor} wrote down what the LMU took up on {held_on}."), quiet=True),
)
