"""Numbers people recognise: given once, in order, without holes, never again."""

from django.db import connection


def next_number(key: str) -> int:
    """Return the next number of the series ``key`` ("case/2026", "PS/<body id>/2026"), starting at 1.

    The row stays locked until the transaction ends, so that a number taken by a transaction that fails
    is given to the next one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numberseries (key, last) VALUES (%s, 1) "
            "ON CONFLICT (key) DO UPDATE SET last = cases_numberseries.last + 1 RETURNING last",
            [key],
        )
        row = cursor.fetchone()
    return int(row[0])
