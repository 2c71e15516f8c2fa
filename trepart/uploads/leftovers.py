"""What could not be taken out of a file, and what had to be, and how that is said."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Leftover(TextChoices):
    """Why a file may still tell of people besides what can be read in it, or shows less than it did."""

    SIGNED = "signed", _("It is signed, and stays as it was: the signature says who signed, and when.")
    ENCLOSED = "enclosed", _("There are files inside it that the portal cannot open. They may say who made them.")
    PICTURE = "picture", _("A picture inside it could not be cleaned. It may say where and when it was taken.")
    HIDDEN = (
        "hidden",
        _(
            "There is something in it that is not seen at once: deleted or hidden text, hidden rows or sheets, "
            "comments, or the figures behind a table."
        ),
    )
    OUTSIDE = (
        "outside",
        _(
            "Something in it was fetched from another place when it was opened: a picture, a table or a piece of "
            "text. That is taken away. Put it into the file itself if it is to be seen."
        ),
    )


class Leftovers(list[str]):
    """The codes of what was left in one file while it is cleaned, each once."""

    def note(self, what: Leftover) -> None:
        """Remember that ``what`` was left."""
        if what.value not in self:
            self.append(what.value)


def words(codes: Iterable[str]) -> list[str]:
    """Return the sentences of ``codes``; what is no longer known is left out."""
    return [str(Leftover(code).label) for code in codes if code in Leftover.values]
