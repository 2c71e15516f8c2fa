"""On which list somebody was elected, as one of those the body has: a slip of the pen made a list of its own, whose
deputies nobody called (koml §§ 7-6, 7-10; R4)."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body
from trepart import clock
from trepart.forms import LineField

#: The answer for a list that nobody has been entered on yet.
NEW = "new"


def field() -> forms.ChoiceField:
    """Return the choice between the lists; :func:`offer` fills it."""
    return forms.ChoiceField(
        label=_("Elected on the list"),
        required=False,
        help_text=_(
            "Only where the municipal council elected by lists: then the balance of the sexes is counted on each list, "
            "and a member's deputies are those of the same list, in their order. By agreement, all it elected are "
            "counted together (Local Government Act §§ 7-5 to 7-7)."
        ),
    )


def new_field() -> LineField:
    """Return the field for the name of a list that is not among the choices."""
    return LineField(label=_("Name of a new list"), max_length=80, required=False)


def offer(form: forms.Form, body: Body) -> None:
    """Offer in ``form`` the lists on which somebody sits in ``body``, or will."""
    lasting = body.memberships.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today()))
    names = lasting.exclude(election_list="").order_by("election_list").values_list("election_list", flat=True)
    form.fields["election_list"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        ("", _("By agreement, without lists")),
        *((name, name) for name in dict.fromkeys(names)),
        (NEW, _("A list that nobody is entered on yet")),
    ]


def read(form: forms.Form) -> None:
    """Let what a valid ``form`` says be the name of the list, and ask for the name of a new one."""
    name = form.cleaned_data.pop("new_list", "")
    if form.cleaned_data.get("election_list") != NEW:
        return
    if not name:
        if "new_list" not in form.errors:
            form.add_error("new_list", _("Write the name of the list."))
        return
    form.cleaned_data["election_list"] = name
