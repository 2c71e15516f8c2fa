"""The second step at sign-in, for whoever comes from a service that has asked for one already."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


def vouched_for(request: HttpRequest, person: object) -> bool:
    """Say whether the last thing ``person`` did to sign in here was to come from a service at a level that needs
    no second step of ours."""
    records = get_authentication_records(request, person)
    return bool(records) and records[-1].get("vouched") is True


class SecondStepStage(AuthenticateStage):
    """allauth's stage, passed over where the service vouches (OIDC_<NAME>_SECOND_STEP_FROM)."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not vouched_for(request, self.login.user) and bool(super()._should_handle(request))
