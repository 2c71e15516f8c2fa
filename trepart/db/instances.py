"""A row as an object in memory: which of its fields were changed, and how it is given back after a failure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import models


def changed_fields(subject: models.Model, before: Mapping[str, object]) -> list[str]:
    """Return the fields of ``subject`` that are not as they were ``before``: what is written; a list or a dictionary
    may have been changed from within."""
    return [
        field.name
        for field in subject._meta.local_concrete_fields
        if field.attname not in before
        or isinstance(value := getattr(subject, field.attname), list | dict)
        or value != before[field.attname]
    ]


@contextmanager
def untouched_on_failure(subject: models.Model) -> Iterator[None]:
    """Give the caller's object back as it was when the step is refused or fails, so that it can be tried again."""
    before, adding, links = dict(subject.__dict__), subject._state.adding, dict(subject._state.fields_cache)
    try:
        yield
    except BaseException:
        subject.__dict__.clear()
        subject.__dict__.update(before)
        subject._state.adding = adding
        subject._state.fields_cache = links
        raise
