"""The portal's settings for mypy's Django plugin, which loads the models but needs neither database nor keys."""

import os

for _name in ("SECRET_KEY", "AUDIT_SEAL_KEY"):
    os.environ.setdefault(_name, "only-for-lint")
os.environ.setdefault("DATABASE_URL", "postgres:///only-for-lint")

from trepart.settings import *  # noqa: E402,F403  (the environment must be there first; all of them is meant)
