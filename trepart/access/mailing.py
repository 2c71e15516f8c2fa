"""Mail about signing in: to an address, in the reader's language, queued in the transaction of what it tells of."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from trepart import languages
from trepart.access.models import User
from trepart.notices.mail import queue_mail


def send(template: str, *, to: str, person: User | None, context: Mapping[str, Any]) -> None:
    """Queue the mail ``template`` (a path below ``templates/`` without ending) to the address ``to``.

    ``person`` is whose language it is in; None where nobody has the address, and then it is the language of the page.
    It may carry a link that opens an account: what it said is blanked once it is sent.
    """
    language = languages.language_of(person) if person else translation.get_language() or languages.default()
    queue_mail(to=to, language=language, template=template, context={**context, "person": person}, secret=True)
