"""What the tests of the house itself lean on."""

from tests.errands.fixtures import errand, errands

__all__ = ["errand", "errands"]
