"""How much one upload may unfold to, whatever lies in what: a small file can unfold to a huge one.

One budget goes with the upload all the way in: what lies in a document uses of the same as the document itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

#: Bytes that an upload may unfold to, files in it, and how far documents may lie in one another.
MOST_BYTES, MOST_FILES, DEEPEST = 80 * 1024 * 1024, 3000, 4
#: Pixels of all the pictures in it.
MOST_PIXELS = 400_000_000
#: Elements and attributes of all its parts in XML, and dictionaries and lists of a PDF: each takes its time and its
#: memory, however short it is. A written page has some 300 elements, one full of tables 1200, a page of a PDF that is
#: marked up for everybody some hundred objects: hundreds of pages fit, and what fits is done in two seconds.
MOST_ELEMENTS, MOST_ATTRIBUTES, MOST_OBJECTS = 300_000, 600_000, 100_000


class TooMuch(Exception):
    """It unfolds to more than is looked through."""


class Budget:
    """What is left for one upload."""

    def __init__(self) -> None:
        self._bytes, self._files, self._pixels, self._depth = MOST_BYTES, MOST_FILES, MOST_PIXELS, DEEPEST
        self._elements, self._attributes, self._objects = MOST_ELEMENTS, MOST_ATTRIBUTES, MOST_OBJECTS

    @property
    def left(self) -> int:
        """Return how many bytes it may still unfold to."""
        return self._bytes

    def take(
        self,
        *,
        unfolded: int = 0,
        files: int = 0,
        pixels: int = 0,
        elements: int = 0,
        attributes: int = 0,
        objects: int = 0,
    ) -> None:
        """Use of what is left, before the work is done. Raises ``TooMuch`` where it is not enough."""
        self._bytes -= unfolded
        self._files -= files
        self._pixels -= pixels
        self._elements -= elements
        self._attributes -= attributes
        self._objects -= objects
        left = (self._bytes, self._files, self._pixels, self._elements, self._attributes, self._objects)
        if min(left) < 0:
            raise TooMuch

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go into what lies in it. Raises ``TooMuch`` where that is too deep."""
        if self._depth <= 0:
            raise TooMuch
        self._depth -= 1
        yield
        self._depth += 1
