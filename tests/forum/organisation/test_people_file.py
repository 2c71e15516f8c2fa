"""Files of people as they are sent in: never read further than they may be long."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile

from forum.organisation import people_import
from forum.organisation.forms.people_import import PeopleFileForm


class _Content(io.BytesIO):
    """Knows how far it has been asked to be read."""

    asked = 0

    def read(self, most: int | None = -1) -> bytes:
        self.asked = most if most is not None else -1
        return super().read(most)


def test_no_more_is_read_than_shows_that_it_is_too_much() -> None:
    content = _Content(b"x" * people_import.MOST_BYTES * 3)
    sent = InMemoryUploadedFile(content, "file", "folk.csv", "text/csv", len(content.getvalue()), None)
    form = PeopleFileForm({}, {"file": sent})
    assert not form.is_valid()
    assert "file" in form.errors
    assert content.asked == people_import.MOST_BYTES + 1
