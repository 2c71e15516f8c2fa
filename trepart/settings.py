"""Settings of the portal. Everything a municipality decides at deployment comes from the environment."""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from trepart.access.oidc import config as oidc
from trepart.server import logs

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Where the running portal keeps what is not in the database: uploaded files and the seal log.
DATA_DIR = Path(env.str("TREPART_DATA", default=str(BASE_DIR / ".local"))).resolve()

#: Demonstration mode: opens the page where one steps into any role. Never on in production: `trepart.server.checks`.
DEMO = env.bool("TREPART_DEMO", default=False)
DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
#: Key of the audit seals. Kept outside the database, so that whoever owns the database cannot recompute them.
AUDIT_SEAL_KEY = env.str("AUDIT_SEAL_KEY")
#: Append-only witness of every seal, outside the database (put it on another machine in production).
AUDIT_SEAL_LOG = Path(env.str("AUDIT_SEAL_LOG", default=str(DATA_DIR / "seals.log")))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
#: Seconds a page may take until it answers; then it is interrupted (`trepart.server.request_end`).
REQUEST_SECONDS = env.int("WEB_REQUEST_SECONDS", default=60)
#: The address people reach the portal at; used in mail, where there is no request to take it from.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")

DATABASES = {"default": env.db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database.")
# A page asks for a few rows through many tables: what planning that costs weighs more than the perfect plan, and
# helpers or compiled plans never pay (measured: docs/performance.md). What DATABASE_URL says itself goes first.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options",
    "-c jit=off -c max_parallel_workers_per_gather=0 -c join_collapse_limit=4 -c random_page_cost=1.1",
)
#: Where tables, functions and operators are looked up, and nowhere else: a table of the same name in a schema called as
#: the role is, or a temporary one, is never read instead. Said last, and by the connection: no setting of a role or a
#: database takes its place. `verify_audit` holds the session to it.
DATABASE_SEARCH_PATH = "public,pg_temp"
DATABASES["default"]["OPTIONS"]["options"] += f" -c search_path={DATABASE_SEARCH_PATH}"
#: The role the portal runs as, where that is another than who owns the tables: `migrate`, run by the owner, gives it
#: what it needs and no more (trepart/audit/runtime_role.py).
DATABASE_RUNTIME_ROLE = env.str("DATABASE_RUNTIME_ROLE", default="")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
if env.str("TREPART_TEST_DB", default=""):
    DATABASES["default"]["TEST"] = {"NAME": f"test_trepart_{env.str('TREPART_TEST_DB')}"}

_CACHE = "django.core.cache.backends."
CACHES: dict[str, dict[str, Any]] = {
    # Limits on signing in are counted here, by all processes together; access.0002 makes the table.
    "default": {"BACKEND": f"{_CACHE}db.DatabaseCache", "LOCATION": "trepart_cache", "OPTIONS": {"MAX_ENTRIES": 10**5}},
    # What each process counts by itself (trepart/access/writing.py).
    "counted": {"BACKEND": f"{_CACHE}locmem.LocMemCache", "LOCATION": "counted", "OPTIONS": {"MAX_ENTRIES": 10**4}},
    # What was drawn for whoever had not signed in, by what it says (trepart/pdf/on_demand.py): files, for a week.
    "prints": {"BACKEND": f"{_CACHE}filebased.FileBasedCache", "LOCATION": DATA_DIR / "prints", "TIMEOUT": 604_800},
}
#: How often one person, and somebody unknown from one place, may send anything at all (trepart/access/writing.py).
WRITING_A_MINUTE = {"person": 240, "place": 600}

INSTALLED_APPS = [
    *(["portal.demo"] if DEMO else []),
    "portal",
    "lmu",
    "grendeutvalg",
    "proposals",
    "forum.pages",
    # Their links stand in this order on a body's page.
    "forum.commissions",
    "forum.council",
    "forum.meetings",
    "forum.delegations",
    "forum.cases",
    "forum.organisation",
    "trepart.notices",
    "trepart.audit",
    "trepart.access.oidc",
    "trepart.access",
    "trepart",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "simple_history",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "trepart.server.health.Probes",
    "trepart.server.logs.Requests",
    "trepart.server.security.SecurityHeaders",
    "trepart.municipality.AskedOnce",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trepart.languages.ReaderLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trepart.access.sign_in.gates.KeepNothing",
    "trepart.access.sign_in.sessions.LastSeen",
    "trepart.access.oidc.sessions.FollowKey",
    "trepart.access.writing.Writing",
    "trepart.access.web.RequireDeclaredAccess",
    "trepart.access.sign_in.gates.RequireSecondStep",
    "trepart.access.sign_in.fresh.SignedInLately",
]

ROOT_URLCONF = "trepart.urls"
WSGI_APPLICATION = "trepart.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "trepart.templatetags.text_filters",
                "trepart.templatetags.trepart_ui",
                "trepart.templatetags.written",
            ],
        },
    },
]
FORM_RENDERER = "trepart.forms.PortalFormRenderer"

# People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:my_page"
LOGOUT_REDIRECT_URL = "portal:front"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "trepart.access.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "trepart.access.sign_in.forms.SignupForm",
    "login": "trepart.access.sign_in.forms.LoginForm",
    "add_email": "trepart.access.sign_in.forms.ChangeAddressForm",
    "change_password": "trepart.access.sign_in.forms.ChangePasswordForm",
    "set_password": "trepart.access.sign_in.forms.SetPasswordForm",
    "reset_password": "trepart.access.sign_in.forms.ResetPasswordForm",
    "reset_password_from_key": "trepart.access.sign_in.forms.ResetPasswordKeyForm",
    "reauthenticate": "trepart.access.sign_in.forms.ReauthenticateForm",
}
# An address is confirmed before anybody can sign in with it, and a new one before it takes the place of the
# old (docs/decisions/0014).
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_CHANGE_EMAIL = True
# Whoever opens the link in the browser that signed up is in; on another device one signs in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
#: Whoever owns the address is told of a new password, address or second step.
ACCOUNT_EMAIL_NOTIFICATIONS = True
#: Whether an address has an account is never said on a page, only in a mail to it.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Shared computers are common in a workplace: a session ends with the browser unless somebody says otherwise.
ACCOUNT_SESSION_REMEMBER = False
# A whole town hall often reaches us from one address: limits per visitor are wide, those per account narrow. What
# anybody can try at somebody else's account is counted with where it comes from, and a browser known from before by
# itself (trepart/access/sign_in/attempts.py): wrong passwords keep out whoever writes them, and nobody beside them.
ACCOUNT_RATE_LIMITS = {
    # The library's own, before it is known which browser it is: login_all is asked instead.
    "login": "",
    # From a place: at one address; at how many addresses (each counted once an hour); attempts in all.
    "login_pair": "5/5m/key,20/h/key",
    "login_first": "1/h/key",
    "login_place": "200/h/key",
    "login_all": "300/m/key",
    "login_address": "100/h/key",
    "login_known": "10/10m/key",
    # Codes of the second step, after the password: the key is the person.
    "login_failed": "5/5m/key",
    "signup": "20/m/ip",
    # Proposals, by trepart/access/limits.py: each person, each place (a town hall is one), and everybody together.
    "proposal_person": "6/m/user,40/d/user",
    "proposal_place": "60/m/ip,300/h/ip",
    "proposal_all": "600/h/key",
    "proposal_draft_place": "60/h/ip",
    "proposal_draft_all": "600/h/key",
    # Half-written forms kept for those who are not signed in: from a place, and from everybody together.
    "carried_form": "60/m/ip,300/h/ip",
    "carried_form_all": "1200/h/key",
    "oidc": "120/m/ip",
    # Documents that are printed when somebody who has not signed in asks for them (trepart/pdf/on_demand.py).
    "printed": "20/m/ip",
    "printed_by_all": "60/m/key",
    "confirm_email": "1/2m/key",
    "reset_password": "20/m/ip,3/10m/key",
    "reset_password_from_key": "60/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
#: How many proxies of ours stand in front; the visitor's address is read from X-Forwarded-For behind exactly those.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_ADAPTER = "trepart.access.sign_in.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "trepart.access.sign_in.forms.CodeForm",
    "reauthenticate": "trepart.access.sign_in.forms.CodeAgainForm",
    "activate_totp": "trepart.access.sign_in.forms.ActivateCodesForm",
    "add_webauthn": "trepart.access.sign_in.forms.AddKeyForm",
    "edit_webauthn": "trepart.access.sign_in.forms.RenameKeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# Whoever has signed in has confirmed the address; a change of address waits beside it, and is no
# reason to refuse a second step.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
#: The clock of a telephone may be half a minute off.
MFA_TOTP_TOLERANCE = 1
#: Roles and offices whose holders must have a second step: they set it up at the next sign-in (docs/roles.md has the
#: names). In the demo nobody must.
TWO_STEP_ROLES = env.list("TWO_STEP_ROLES", default=[] if DEMO else ["administrator", "secretary"])
#: Whoever may use the technical pages must have a second step, whatever the roles. In the demo nobody must.
TECHNICAL_PAGES_TWO_STEP = not DEMO
#: Days an invitation to an employee can be used.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
#: Days after which an account whose address was never confirmed is removed (R31).
UNCONFIRMED_ACCOUNT_DAYS = 7
#: ID-porten, Entra ID and the like: OIDC_PROVIDERS and what belongs to each (docs/oidc.md has the table).
OIDC = oidc.read(env.ENVIRON)
# Anonymous is no row in our table of people: rights of the public are declared per page.
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False

# Language and time -------------------------------------------------------------------------------------------------
#: The municipality's own language: "nb" or "nn".
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="nb")
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["trepart.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

# Files ---------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
_NODE = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("ds", _NODE / "@digdir" / "designsystemet-css" / "dist"),
    ("inter", _NODE / "@fontsource" / "inter" / "files"),
    # Only for print (trepart/pdf/text.py): what Inter lacks, so that nothing a person wrote is lost on paper.
    ("dejavu", _NODE / "dejavu-fonts-ttf" / "ttf"),
    ("noto-emoji", _NODE / "@fontsource" / "noto-emoji" / "files"),
]
# The demo serves style sheets and fonts from where their packages put them; everybody else serves what `collectstatic`
# has hashed and compressed.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "trepart.server.static_files.CollectedStaticFiles"
    },
}
WHITENOISE_USE_FINDERS = DEMO or DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"
#: Uploaded files are never served by address: every one goes through a view that asks who may see it.
MEDIA_URL = None
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10 * 1024 * 1024)
#: An antivirus that looks at every file: "unix:/run/clamav/clamd.ctl" or "tcp://host:3310"; empty: none
#: (trepart/uploads/antivirus.py).
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

#: What is written without an account is kept so many days while one signs up (R31); so many at a time, and
#: so much of files with each.
PROPOSAL_DRAFT_DAYS = 7
PROPOSAL_DRAFTS_MOST = 5000
PROPOSAL_DRAFT_MAX_BYTES = 25 * 1024 * 1024
#: And so much of files with all of them together; the health check says so before it is full.
PROPOSAL_DRAFTS_MAX_BYTES = env.int("PROPOSAL_DRAFTS_MAX_BYTES", default=2 * 1024 * 1024 * 1024)
#: How much sessions may hold before nothing half written is kept for those who are not signed in; the health check says
#: so before it is full.
SESSIONS_MAX_BYTES = env.int("SESSIONS_MAX_BYTES", default=1024 * 1024 * 1024)
#: How long the address of who sent a proposal on paper is kept when the last letter has been sent (R31).
PAPER_CONTACT_DAYS = 90
#: Whether whoever has stepped aside as the party of a case reads its paper, without what is exempt, also behind closed
#: doors (fvl §§ 18-19). Off: the party asks the municipality, which judges what § 19 keeps.
PARTY_READS_PAPERS = env.bool("PARTY_READS_PAPERS", default=False)

# Mail -----------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="trepart@localhost")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
#: Seconds the mail server gets for each answer.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
#: What does not arrive comes back to this address, with a number and a signature after a plus sign
#: (trepart/notices/bounces.py); empty: nothing is taken in.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
#: A mailbox to fetch it from, where the mail server does not hand it to `take_bounce`:
#: "imaps://name:password@host/INBOX".
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", default="")
#: Days the words of a sent mail are kept (R31); the notice on "my page" stays.
MAIL_KEPT_DAYS = env.int("MAIL_KEPT_DAYS", default=30)

# Security -------------------------------------------------------------------------------------------------------------
_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
#: Whether browsers may know of it beforehand, by a list that one does not easily come off: the operator's choice, for
#: the whole domain.
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False) and _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "trepart.views.csrf_failure"
#: Origins outside the portal that its forms may lead to (Content-Security-Policy, form-action): sign-in services.
CSP_FORM_TARGETS = env.list("CSP_FORM_TARGETS", default=[])

# The municipality -----------------------------------------------------------------------------------------------------
MUNICIPALITY = {
    "name": env.str("MUNICIPALITY_NAME", default="Fjellvik kommune"),
    #: "#rrggbb"; the theme is made from it (portal/theme.py).
    "accent": env.str("MUNICIPALITY_ACCENT", default=""),
    #: A file on the server (SVG, PNG, JPEG, WebP).
    "logo": env.str("MUNICIPALITY_LOGO", default=""),
    "address": env.str("MUNICIPALITY_ADDRESS", default=""),
    #: Where the municipality keeps its accessibility statement (R32), its privacy page, and how one
    #: tells what does not work.
    "accessibility_url": env.str("MUNICIPALITY_ACCESSIBILITY_URL", default=""),
    "privacy_url": env.str("MUNICIPALITY_PRIVACY_URL", default=""),
    "feedback_url": env.str("MUNICIPALITY_FEEDBACK_URL", default=""),
}

# Running it -----------------------------------------------------------------------------------------------------------
LOGGING = logs.configuration(env.str("LOG_LEVEL", default="WARNING"))
#: Whether network addresses may stand in the log; off unless the municipality has a reason (they are personal data).
LOG_IP = env.bool("LOG_IP", default=False)
#: The header in which a proxy of ours gives every request its id ("X-Request-ID"); empty: ids are made here and a
#: visitor's are not believed.
REQUEST_ID_HEADER = env.str("REQUEST_ID_HEADER", default="")
#: Whoever brings this as a bearer token is told what stands behind /helse/; empty: nobody is.
HEALTH_TOKEN = env.str("HEALTH_TOKEN", default="")
PROCRASTINATE_ON_APP_READY = "trepart.server.logs.carry_into_jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"task_middleware": [logs.in_job]}
#: That HSTS is not preloaded is no fault: it is chosen.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
