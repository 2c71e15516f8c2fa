"""Runs several commands of manage.py, and the first hour at the screen, in one process: starting Django costs more than
most of them.

    python -m tests.trepart.drill.several 'migrate' 'check --deploy' …

As `manage.py` runs them, in order; the first that fails ends it. ``first-hour`` is what the administrator does.
"""

import io
import shlex
import sys

from django.core.management import ManagementUtility


def main(commands: list[str]) -> int:
    """Run ``commands``; return the exit code of the first that fails, or 0. What they say goes to standard output."""
    said = ""
    for command in commands:
        if command == "first-hour":
            from tests.trepart.drill import first_hour  # needs Django, which the commands before it have set up

            first_hour.hold(said)
            continue
        before, sys.stdout = sys.stdout, io.StringIO()
        try:
            ManagementUtility(["manage.py", *shlex.split(command)]).execute()
        finally:
            written, sys.stdout = sys.stdout.getvalue(), before
            said += written
            sys.stdout.write(f"$ {command}\n{written}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
