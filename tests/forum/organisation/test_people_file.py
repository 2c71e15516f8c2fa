"""Files of people as they are sent in: never read further than they may be long."""

from django.core.files.uploadedfile import SimpleUploadedFile

from forum.organisation import people_import
from forum.organisation.forms.people_import import PeopleFileForm


def test_no_more_is_read_than_shows_that_it_is_too_much() -> None:
    sent = SimpleUploadedFile("folk.csv", b"x" * people_import.MOST_BYTES * 3)
    form = PeopleFileForm({}, {"file": sent})
    assert not form.is_valid()
    assert "file" in form.errors
    assert sent.tell() == people_import.MOST_BYTES + 1
