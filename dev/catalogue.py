"""What a freshly migrated database has in it, written beside each app's first migration.

    python -m dev.catalogue          migrate an empty database, and write migrations/catalogue.txt of every app
    python -m dev.catalogue --check  write nothing; exit 1 where one of them would change

`verify_audit` holds the database against these files (docs/decisions/0051): after a change of tables, functions or
triggers they are written anew, and read before they are committed.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django

from dev.processes import ROOT


def described() -> dict[Path, str]:
    """Return every file there should be, and its text. Raises ``subprocess.CalledProcessError`` where no database can
    be had, or its migrations fail."""
    from tests import migrated

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # the tests' own app has a file too
    if not os.environ.get("DATABASE_URL"):
        asked = [sys.executable, "-m", "dev.postgres", "ensure"]
        started = subprocess.run(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        os.environ["DATABASE_URL"] = started.stdout.strip()
    made = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{migrated.template()}")
    os.environ["DATABASE_URL"] = urlunsplit(made)
    django.setup()
    from trepart.audit.comparing import catalogue  # knows the apps

    return catalogue.described()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Describe what the migrations make in the database.")
    parser.add_argument("--check", action="store_true", help="write nothing, and say what would change")
    options = parser.parse_args(arguments)
    files = described()
    changed = [p for p, text in files.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in sorted(changed):
        print(path.relative_to(ROOT))
        if not options.check:
            path.write_text(files[path], encoding="utf-8")
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
