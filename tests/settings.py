"""The portal's settings in the tests: what the environment does not give is filled in first.

Running pytest by hand needs nothing prepared: without DATABASE_URL the shared test cluster of ``dev.postgres`` is used,
and started if need be. ``make test`` gives every run a cluster of its own.
"""

import os
from pathlib import Path

from dev.postgres import ROOT, ensure_shared

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("AUDIT_SEAL_KEY", "11" * 32)
os.environ["TREPART_DEMO"] = "0"  # a test that wants the demo's page asks for it
os.environ["EMAIL_URL"] = "memorymail://"
# Files and seals of tests that run at the same time must not meet: each test database has its folder.
_database = os.environ.get("TREPART_TEST_DB", "") + os.environ.get("PYTEST_XDIST_WORKER", "") or "main"
_data = Path(os.environ.get("TREPART_TEST_DATA") or ROOT / ".local" / "test-data")
os.environ["TREPART_DATA"] = str(_data / _database)
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = ensure_shared()

from trepart.settings import *  # noqa: E402,F403  (the environment must be there first; all of them is meant)

# The demo, whose pages are tried, and a room of the tests' own, with the smallest lifecycle there is.
INSTALLED_APPS = ["portal.demo", *INSTALLED_APPS, "tests.errands"]  # noqa: F405  (as above)
WHITENOISE_USE_FINDERS = True  # nothing is collected; see also STORAGES in tests/conftest.py
# The second step that roles ask for is tried in tests/access/test_second_step.py; elsewhere people sign
# in with a password alone.
# Tests press faster than people; how much one person sends is tried in tests/access/test_writing_limit.py.
WRITING_A_MINUTE = {"person": 100_000, "place": 100_000}
TWO_STEP_ROLES: list[str] = []
TECHNICAL_PAGES_TWO_STEP = False
# Comes with all of the settings; whitenoise warns of a folder that is not there.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
# Django's live server wants an address for uploads; the portal has none, so it gets one that nothing answers.
MEDIA_URL = "/uploads-are-not-served/"
