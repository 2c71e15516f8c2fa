"""JSON that comes from outside: what nobody can read is one refusal, whatever is wrong with it.

Python's own reader answers brackets in brackets with one error, a number of five thousand digits with another, and
halves of letters with none: each is a fault in a program that foresaw two of the three.
"""

import json
from typing import Any

from trepart.text import normal

_DEEPEST = 40


class TooMuch(json.JSONDecodeError):
    """It is nested too deeply, or a number in it has no end."""


class Decoder(json.JSONDecoder):
    """Reads as Python does, and raises ``JSONDecodeError`` for whatever it does not read. Text comes in its normal
    form."""

    def decode(self, s: str, *given: Any) -> Any:
        """Return what the text says."""
        try:
            return _normal(super().decode(s, *given), _DEEPEST)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise TooMuch(str(error)[:100], s[:100], 0) from None


def read(text: str | bytes) -> Any:
    """Return what ``text`` says. Raises ``ValueError`` where it cannot be read."""
    return json.loads(text, cls=Decoder)


def _normal(said: Any, deeper: int) -> Any:
    if isinstance(said, str):
        return normal.piece(said)
    if not isinstance(said, list | dict):
        return said
    if not deeper:
        raise ValueError("nested too deeply")
    if isinstance(said, list):
        return [_normal(one, deeper - 1) for one in said]
    return {normal.piece(name): _normal(one, deeper - 1) for name, one in said.items()}
