"""Sessions in the database, as Django keeps them; one that is there already is saved by a single statement.

A page that has done something says so on the next one, and what it says waits in the session: so every write saves the session once more after its own
transaction. Django opens another transaction for that, and commits it; the one statement is as whole without.
"""

from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection


class SessionStore(DatabaseSessions):
    """Django's own, saved faster."""

    def save(self, must_create: bool = False) -> None:
        """Save what the session holds. Raises ``UpdateError`` where it has been ended meanwhile, ``CreateError`` where a new one has a taken key."""
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        held: Any = self  # the stubs leave out what Django's own stores are built on
        said = self.encode(held._get_session())
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s",
                [said, self.get_expiry_date(), self.session_key],
            )
            if not cursor.rowcount:
                raise UpdateError
