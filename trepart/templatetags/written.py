"""The tag that sees to it that a page which answers what was sent holds the words that were written."""

from django import template
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString

from trepart.access import interrupted_forms

register = template.Library()


class KeepsWords(template.Node):
    """Renders what stands between the tags; after it, the words that were sent and stand nowhere in it."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return the page, and what is missing on it."""
        page = self.nodelist.render(context)
        request = context.get("request")
        if not isinstance(request, HttpRequest) or request.method != "POST":
            return page
        missing = [words for words in interrupted_forms.words(request) if not _stands(words, page)]
        if not missing:
            return page
        return SafeString(page + get_template("parts/forms/written.html").render({"written": missing}, request))


def _stands(words: str, page: str) -> bool:
    return all(escape(line.strip()) in page for line in words.splitlines())


@register.simple_tag(takes_context=True)
def drafts_here(context: Context) -> list[str]:
    """`{% drafts_here as drafts %}`: which drafts of the reader's stand on the page again."""
    request = context.get("request")
    return list(request.META.get(interrupted_forms.GIVEN_BACK, ())) if isinstance(request, HttpRequest) else []


@register.tag
def keeps_words(parser: Parser, token: Token) -> KeepsWords:
    """`{% keeps_words %}…{% endkeeps_words %}`: a step that is refused may have no form any more on the page that says
    so; what was written in it stands there all the same."""
    nodelist = parser.parse(("endkeeps_words",))
    parser.delete_first_token()
    return KeepsWords(nodelist)
