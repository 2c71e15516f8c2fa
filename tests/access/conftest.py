"""What the tests of access and signing in lean on."""

from tests.errands.fixtures import errand, errands

__all__ = ["errand", "errands"]
