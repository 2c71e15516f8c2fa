"""Mail about signing in: to an address, in the reader's language, written in the transaction of what it tells of."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, engines
from django.utils import translation

from trepart import municipality
from trepart.access.models import User


def send(template: str, *, to: str, person: User | None, context: Mapping[str, Any]) -> None:
    """Send the mail ``template`` (a path below ``templates/`` without ending) to the address ``to``.

    ``person`` is whose language it is in; None where nobody has the address, and then it is the language of the page. What it says is secret (it carries
    a link that opens an account): it is blanked once sent.
    """
    language = getattr(person, "language", "") or (settings.LANGUAGE_CODE if person else translation.get_language())
    with translation.override(language):
        words = {**context, "person": person, "email": to, "municipality": municipality.current(), "site_url": settings.SITE_URL}  # fmt: skip
        engine = engines["django"].engine  # type: ignore[attr-defined]  # the one engine there is; the stub knows the base class only
        plain = Context(words, autoescape=False)
        subject = " ".join(engine.get_template(f"{template}.subject.txt").render(plain).split())
        body = engine.get_template(f"{template}.txt").render(plain).strip() + "\n"
    EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()
