"""Documents that stand within the meeting packet, a level or two further down."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from forum.meetings.minutes.structure import MinutesDocument
from forum.meetings.packets.document import deeper

register = template.Library()


@register.simple_tag
def minutes_within(minutes: MinutesDocument, levels: int) -> SafeString:
    """`{% minutes_within minutes 2 %}`: minutes as they are shown and printed elsewhere, in their own language, with
    their headings so many levels further down."""
    with override(minutes.language or get_language()):
        markup = render_to_string("meetings/minutes/_minutes_document.html", {"minutes": minutes})
    return mark_safe(deeper(markup, levels))  # our own template, which escapes what people wrote


@register.filter
def cleaned_paper(markup: str, levels: int) -> SafeString:
    """`{{ section.html|cleaned_paper:2 }}`: a paper that was cleaned when it was kept, with its headings so
    many levels further down."""
    return mark_safe(deeper(markup, levels))  # cleaned when it was kept
