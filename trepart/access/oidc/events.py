"""What the trail can say about signing in from elsewhere: which service, and nothing about who one is there."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(name="oidc.signed_in", sentence=_("{actor} signed in through {service}.")),
    Action(name="oidc.signed_up", sentence=_("Somebody made an account through {service}.")),
    Action(
        name="oidc.address_mended",
        sentence=_("The e-mail address of an account that was not confirmed yet was written anew."),
    ),
    Action(name="oidc.linked", sentence=_("{actor} linked {service} to the account.")),
    Action(name="oidc.unlinked", sentence=_("{actor} unlinked {service} from the account.")),
    Action(name="oidc.signed_out", sentence=_("{service} ended {subject}'s session here.")),
)
