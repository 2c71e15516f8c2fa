"""The sign-in services, for the pages that offer them."""

from django import template
from django.conf import settings

from trepart.access.oidc.config import Provider

register = template.Library()


@register.simple_tag
def sign_in_services() -> tuple[Provider, ...]:
    """Return the services that are set up: ``{% sign_in_services as services %}``."""
    providers: tuple[Provider, ...] = settings.OIDC.providers
    return providers
