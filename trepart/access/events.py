"""What the trail can say about access itself."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register


class SecondStep(TextChoices):
    """What a second step is called in the trail; the codes are allauth's."""

    TOTP = "totp", _("an app with codes")
    WEBAUTHN = "webauthn", _("a passkey")
    RECOVERY_CODES = "recovery_codes", _("recovery codes")


register(
    Action(
        name="access.grants_synced",
        sentence=_("The rights of {subject} were brought in step with memberships: {added} added, {removed} removed."),
    ),
)
register(
    Action(name="access.signed_up", sentence=_("Somebody made an account.")),
    Action(name="access.address_confirmed", sentence=_("{actor} confirmed the e-mail address.")),
    Action(name="access.address_asked", sentence=_("{actor} asked for another e-mail address.")),
    Action(
        name="access.left_to_owner",
        sentence=_(
            "{actor} gave a place to {subject}, whose account had never been confirmed: only the owner of the address "
            "can choose a password for it now."
        ),
    ),
    Action(name="access.address_given", sentence=_("{actor} entered another e-mail address for {subject}.")),
    Action(name="access.address_stopped", sentence=_("The change of {subject}'s e-mail address was stopped.")),
    Action(name="access.address_changed", sentence=_("{actor} changed e-mail address.")),
    Action(name="access.name_changed", sentence=_("{actor} changed name.")),
    Action(name="access.password_set", sentence=_("{actor} chose a new password.")),
    Action(
        name="access.second_step_added",
        sentence=_("{actor} added a second step for signing in: {kind}."),
        labels={"kind": SecondStep},
    ),
    Action(
        name="access.second_step_removed",
        sentence=_("{actor} removed a second step for signing in: {kind}."),
        labels={"kind": SecondStep},
    ),
    Action(
        name="access.second_step_taken_away",
        sentence=_("{actor} took away {subject}'s second step for signing in: {kind}."),
        labels={"kind": SecondStep},
    ),
    Action(name="access.recovery_codes_made", sentence=_("{actor} made new recovery codes.")),
    Action(name="access.invited", sentence=_("{actor} invited {subject} to choose a password.")),
    Action(name="access.invitation_withdrawn", sentence=_("{actor} withdrew the invitation to {subject}.")),
    Action(name="access.invitation_accepted", sentence=_("{actor} accepted the invitation.")),
    Action(name="access.superuser_made", sentence=_("{subject} was given the technical pages, from the command line.")),
    Action(name="access.account_closed", sentence=_("{actor} closed the account.")),
    Action(name="access.signup_lapsed", sentence=_("An account whose address was never confirmed was removed.")),
)
