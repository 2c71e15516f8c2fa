"""The subject of a mail says what it is about in words, where whoever reads it may know (issue 12 § 2)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.notices.test_exempt_everywhere import mail_templates

#: Whose readers may not know more of the case than its number, or that say it in the words beside it.
NUMBER_ALONE = ("cases/mail/opinion_", "meetings/agenda/mail/late_item", "commissions/mail/commission_reported")


@pytest.mark.parametrize("template", [name for name in mail_templates() if not name.startswith(NUMBER_ALONE)])
def test_a_subject_says_what_it_is_about_in_words(template: str) -> None:
    """A bare number says nothing to whoever has ten of them."""
    text = Path(settings.BASE_DIR, "templates", f"{template}.txt").read_text()
    (subject,) = re.findall(r"{% block subject %}(.*?){% endblock %}\n", text, re.DOTALL) or [""]
    number = re.search(r"{{ (reference|label|kept) }}", subject)
    assert number is None or "|about:" in subject or "{{ title }}" in subject, subject
