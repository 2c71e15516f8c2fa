"""Settings of the server that is measured: the portal's in production, without mail and https."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-the-bench-" + "b" * 40)
os.environ.setdefault("AUDIT_SEAL_KEY", "22" * 32)
os.environ["TREPART_DEMO"] = "0"
os.environ.setdefault("EMAIL_URL", "dummymail://")

from trepart.settings import *  # noqa: F403  (the environment must be there first; all of them is meant)

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]  # noqa: F405  (as above)
#: What `django-admin startproject` gives: the bare views run behind this and nothing else.
BARE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# A plain template is one that `startproject` would render: its own engine, with Django's own context processors.
TEMPLATES = [
    *TEMPLATES,  # noqa: F405  (as above)
    {
        "NAME": "bare",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "templates"],  # noqa: F405  (as above)
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
