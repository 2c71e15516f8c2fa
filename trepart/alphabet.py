"""The order of letters, defined once: a to z, then æ, ø, å, on any PostgreSQL and in Python alike.

The embedded server has no ICU, so the order is made by spelling: letters with marks are spelled as the letter they are
read as, and æ, ø and å (with ä and ö) with signs that stand behind z in every byte order. A sorted list that puts Å
first is a defect (rulebook, Formats).
"""

from typing import Any

from django.db.models import F, Func, Value
from django.db.models.functions import Lower

_FROM = "æäøöåáàâãăąéèêëęěíìîïóòôõőúùûüűýÿçćčđðďłľńňñŋřśšťŧźżž"
_TO = "{{||}aaaaaaeeeeeeiiiiooooouuuuuyycccdddllnnnnrssttzzz"
_TABLE = str.maketrans(_FROM, _TO)


def sort_key(text: str) -> str:
    """Return what to sort ``text`` by in Python: ``sorted(units, key=lambda unit: sort_key(unit.name))``."""
    return text.lower().translate(_TABLE)


def norwegian(field: str) -> Func:
    """Return what to sort ``field`` by in the database: ``queryset.order_by(norwegian("name"))``."""
    text: Any = Lower(F(field))
    return Func(text, Value(_FROM), Value(_TO), function="translate")
