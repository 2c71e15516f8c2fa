"""What the tests of the trail lean on."""

from tests.errands.fixtures import errand, errands

__all__ = ["errand", "errands"]
