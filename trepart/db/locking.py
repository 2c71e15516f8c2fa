"""Locks on single rows, in a statement of their own."""

from django.db import models


def lock(row: models.Model) -> bool:
    """Lock the row of ``row`` against every other writer, by its number; return whether it is there.

    What is judged by must be read afterwards, in another statement (docs/decisions/0044). Raises
    ``TransactionManagementError`` outside a transaction.
    """
    rows = type(row)._base_manager.select_for_update(no_key=True).filter(pk=row.pk).order_by()
    return bool(rows.values_list("pk"))
