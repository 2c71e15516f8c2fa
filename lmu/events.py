"""What the trail can say about this room."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="lmu.guest_let_in",
        sentence=_("{body} let a representative of the users take part in the case."),
    ),
    # Quiet: whoever acts for themselves is named in the story, and the public reads that.
    Action(
        name="lmu.guest_spoke",
        sentence=_("A representative of the users has told {body} what they think."),
        quiet=True,
    ),
    Action(name="lmu.guest_wrote", sentence=_("A letter from a representative of the users came to {body}.")),
    Action(name="lmu.guest_by_letter", sentence=_("{acting} wrote down where letters to a guest go."), quiet=True),
    Action(name="lmu.guest_letter_sent", sentence=_("{acting} sent the letter to a guest."), quiet=True),
    Action(name="lmu.guest_letter_erased", sentence=_("The postal address of a guest was erased."), quiet=True),
    Action(name="lmu.log_written", sentence=_("{actor} wrote down what the LMU took up on {held_on}."), quiet=True),
)
