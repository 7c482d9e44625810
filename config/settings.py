"""One module of settings, driven by the environment; docs/operations.md lists every variable.

Two modes. ``demo`` (the default) is the embedded PostgreSQL on this machine with everything served from one
address. ``production`` takes nothing by default: what is missing is named, and the process ends.
"""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

django_stubs_ext.monkeypatch()  # so that annotations may name Django's generic classes at run time

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("REDRESS_VAR", str(BASE_DIR / "var"))).resolve()

MODE = env.text("REDRESS_MODE", "demo")
if MODE not in {"demo", "production"}:
    raise ImproperlyConfigured(f"REDRESS_MODE is {MODE!r}; write demo or production.")
PRODUCTION = MODE == "production"
DEMO = not PRODUCTION
DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows secrets to visitors; unset it, or leave production mode.")

# --- secrets -----------------------------------------------------------------------------------------------

SECRET_KEY = env.text("SECRET_KEY") if PRODUCTION else env.text("SECRET_KEY", env.kept_secret(VAR / "secret_key"))
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Keys that encrypt fields (TOTP seeds, channel secrets), newest first, each "id:base64 of 32 bytes".
FIELD_KEYS = env.words("FIELD_KEYS", "" if PRODUCTION else "demo:" + env.kept_secret(VAR / "field_key")[:43] + "=")
STRIPE_WEBHOOK_SECRETS = env.words(
    "STRIPE_WEBHOOK_SECRETS", "" if PRODUCTION else env.kept_secret(VAR / "stripe_webhook_secret")
)
STRIPE_ACCOUNT = env.text("STRIPE_ACCOUNT", "")  # acct_…; events of another account are held for review
STRIPE_LIVE_MODE = env.flag("STRIPE_LIVE_MODE", default=PRODUCTION)
STRIPE_API_KEY = env.text("STRIPE_API_KEY", "")
STRIPE_API_ADDRESS = env.text("STRIPE_API_ADDRESS", "https://api.stripe.com")
PAYMENT_PROVIDER = env.text("PAYMENT_PROVIDER", "stripe" if PRODUCTION else "simulated")
# Where the provider's hosted page lives: the only place that a customer is sent to in order to pay.
PAYMENT_PAGE_ORIGIN = env.text("PAYMENT_PAGE_ORIGIN", "https://checkout.stripe.com")

# --- who we are --------------------------------------------------------------------------------------------

SITE_ADDRESS = env.text("SITE_ADDRESS", "" if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
if not SITE_ADDRESS:
    raise ImproperlyConfigured("Set SITE_ADDRESS, https://help.example.com, say: links in mail are made from it.")
# A host of its own for the desk, with cookies of its own; by default one address serves all.
DESK_ADDRESS = env.text("DESK_ADDRESS", SITE_ADDRESS).rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1 localhost [::1] testserver")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# Who bills, as it is printed on a bill: name, address, tax number, one a line in the text, parted by "|".
_issuer_of_demo = "Redress Insurance|1 Paper Street|London EC1A 1AA|VAT GB 000 0000 00"
BILL_ISSUER = env.text("BILL_ISSUER", "Redress" if PRODUCTION else _issuer_of_demo).split("|")

# --- applications ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_otp",
    "django_otp_webauthn",
    "django_htmx",
    "csp",
    "pgtrigger",
    "pghistory",
    "billing",
    "disputes",
    "supportdesk.people",
    "supportdesk.tickets",
    "supportdesk.channels",
    "supportdesk.helpsite",
    "supportdesk.demo",
    "supportdesk.people.admin_site.DeskAdminConfig",
]

MIDDLEWARE = [
    "config.headers.on_every_answer",
    "supportdesk.people.hosts.TwoHosts",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "billing.audit.middleware.OriginMiddleware",
    "supportdesk.stream.middleware.StreamPosition",
    "supportdesk.people.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.refusing.no_nul_in_addresses",
    "config.refusing.no_cards_in_addresses",
    "supportdesk.people.middleware.PoliciesOfOthers",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

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
                "supportdesk.people.context.page",
                "supportdesk.tickets.context.desk",
            ],
        },
    }
]

# --- database ----------------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", "" if PRODUCTION else env.embedded_database_url(VAR))
DATABASE_IS_EMBEDDED = DEMO and not env.text("DATABASE_URL", "")
if not DATABASE_URL:
    raise ImproperlyConfigured("Set DATABASE_URL, postgresql://user:password@host/redress, say.")
_database = env.database_parts(DATABASE_URL)
# Who the connection is once made. Row-level security binds the runtime role, which owns nothing;
# "owner" is for migrations alone (manage.py migrate sets it).
DATABASE_ROLE = env.text("DATABASE_ROLE", "app")
RUNTIME_ROLE = env.text("DATABASE_RUNTIME_ROLE", "redress_app")
_limits = (
    ["statement_timeout=5s", "lock_timeout=2s", "idle_in_transaction_session_timeout=30s"]
    if env.flag("DATABASE_LIMITS", default=DATABASE_ROLE == "app")
    else []
)
# `SET ROLE` after connecting cannot be used with Django's pool (it waits on itself); libpq's options can.
_options = " ".join(
    f"-c {setting}" for setting in [*_limits, *([f"role={RUNTIME_ROLE}"] if DATABASE_ROLE == "app" else [])]
)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database["dbname"],
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **{k: v for k, v in _database.items() if k.startswith("ssl") or k == "connect_timeout"},
            "options": _options,
            "pool": {"min_size": 1, "max_size": env.number("DATABASE_POOL_SIZE", 12), "timeout": 5},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
OTP_LOGIN_URL = "people:prove"
# The fragment shown where payment data would be, while the second factor is not fresh.
FACTOR_LOCK_TEMPLATE = "people/lock_panel.html"
FACTOR_LOCK_FOR_DEEDS = "#prove-body"  # where a page of the desk shows the lock that stands before a deed
HOME_OF_STAFF, HOME_OF_CUSTOMERS = "/desk/", "/my/"
# Networks (203.0.113.0/24, say) that may reach the admin site; empty admits all, and a deployment check says so.
ADMIN_NETWORKS = env.words("ADMIN_NETWORKS")

AUTHENTICATION_BACKENDS = ["supportdesk.people.backends.RightsBackend"]
PASSWORD_HASHERS = [
    "supportdesk.people.hashers.OneCoreArgon2",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "supportdesk.people.passwords.LongEnough", "OPTIONS": {"customers": 8, "staff": 12}},
    {"NAME": "supportdesk.people.passwords.NotYours"},
    {"NAME": "supportdesk.people.passwords.NotCommon"},
    {"NAME": "supportdesk.people.passwords.NotGuessable"},
]

# Counters of tries are shared by every web process, so they live in the database. Where it is down, nobody signs in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_tries",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

ACCOUNT_ADAPTER = "supportdesk.people.adapter.DeskAccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "supportdesk.people.forms.StaffAwareCodeForm",
    "login": "supportdesk.people.account_forms.LoginForm",
    "change_password": "supportdesk.people.account_forms.ChangePasswordForm",
    "set_password": "supportdesk.people.account_forms.SetPasswordForm",
    "reset_password_from_key": "supportdesk.people.account_forms.ResetPasswordKeyForm",
    "reauthenticate": "supportdesk.people.account_forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# The password may be left out on joining, but not of this list: allauth would drop its field from sign-in as well.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"contact": "10/h/ip"}  # questions of one address; the rest are allauth's own
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session goes on, unverified; all others end
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_ADDRESS.startswith("https:") else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# Passkeys are bound to the name of the site. An address made of numbers has none: the demo's live on localhost.
_site = urlsplit(DESK_ADDRESS)  # passkeys are staff's
_site_is_named = not (_site.hostname or "").replace(".", "").isdigit()
OTP_WEBAUTHN_RP_ID = _site.hostname if _site_is_named else "localhost"
OTP_WEBAUTHN_RP_NAME = "Redress"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [DESK_ADDRESS if _site_is_named else f"http://localhost:{_site.port or 80}"]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_HELPER_CLASS = "supportdesk.people.gateways.passkeys.PasskeyHelper"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- web ---------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
# Uploaded bank statements until they are imported: one directory for web and worker, never served.
STATEMENT_STORAGE = Path(env.text("STATEMENT_STORAGE", str(VAR / "statements")))

# --- mail --------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "" if PRODUCTION else "Redress <help@redress.example>")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # shown on /dev/mail/
EMAIL_HOST = env.text("SMTP_HOST", "localhost")
EMAIL_PORT = env.number("SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_STARTTLS", default=PRODUCTION)
EMAIL_TIMEOUT = 10

# --- work outside requests ---------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "")
if not CELERY_BROKER_URL:
    if PRODUCTION or not DATABASE_IS_EMBEDDED:
        raise ImproperlyConfigured("Set CELERY_BROKER_URL, amqp://user:password@host/redress, say.")
    CELERY_BROKER_URL = "pgmq://localhost"  # a queue in the embedded PostgreSQL
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
# A task taken by a worker that died is handed out again after this long; RabbitMQ does so at once, since it sees the
# connection close. Longer than any task may run, or two workers would run it at the same time.
_visibility = {"visibility_timeout": 4 * CELERY_TASK_TIME_LIMIT}
_by_transport: dict[str, dict[str, object]] = {
    "amqp": {"confirm_publish": True},
    "pgmq": {
        **_visibility,
        **({"conn_string": env.embedded_broker(_database)} if DATABASE_IS_EMBEDDED else {}),
        "init_extension": False,  # the start step has made the queue; the extension needs a superuser
        "use_notify": True,
        "notify_throttle_interval_ms": 0,  # each task wakes a worker; the throttle would let one wait a whole poll
        "wait_time_seconds": 0,  # wait by LISTEN, not inside a query
        "polling_interval": 1,
        "pool_size": 2,
    },
}
CELERY_BROKER_TRANSPORT_OPTIONS = _by_transport.get(CELERY_BROKER_URL.partition(":")[0], {**_visibility})
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for a night must not end the worker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # outcomes are rows of the database, not messages
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 3, "interval_start": 0.1, "interval_step": 0.3, "interval_max": 1}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.number("WORKER_CONCURRENCY", 2)
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # its reply queues have names longer than PGMQ allows
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "settle unknown refunds": {"task": "billing.tasks.settle_unknown_refunds", "schedule": 60},
    "bring promised tickets back": {"task": "supportdesk.tickets.tasks.return_promises", "schedule": 60},
    "fill gaps in the provider's events": {"task": "billing.tasks.fill_gaps", "schedule": 60 * 60},
    "forget ended sessions": {"task": "supportdesk.people.tasks.forget_ended_sessions", "schedule": 60 * 60},
    "forget statements nobody came back for": {
        "task": "billing.tasks.forget_statement_leftovers",
        "schedule": 24 * 60 * 60,
    },
    "book matches": {"task": "billing.tasks.book_matches", "schedule": 60},
    "look for missing money": {"task": "billing.tasks.look_for_missing_money", "schedule": 60 * 60},
    "scan for card numbers": {"task": "billing.tasks.scan_for_cards", "schedule": crontab(hour=3, minute=10)},
    "verify the audit trail": {"task": "billing.tasks.verify_audit_trail", "schedule": 60 * 60},
}
if PAYMENT_PROVIDER == "simulated":
    CELERY_BEAT_SCHEDULE["send simulated events"] = {"task": "billing.tasks.send_simulated_events", "schedule": 5}

# --- words and time ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["config.formats"]  # 23 Nov 2026 00:22, in the admin as on the desk
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

# --- who may look at whose money ---------------------------------------------------------------------------

# billing knows no ticket. It asks this function whether a user works on a case, and whose money the case is about.
BILLING_CASE_AUTHORITY = "supportdesk.tickets.access.money_case_for"

# What stands above billing is named here, so that billing imports none of it: tasks that hear of each money event,
# what makes rows of a provider's object that billing has none for, and what follows a payment's changes.
BILLING_EVENT_LISTENERS = ["supportdesk.tickets.tasks.hear_money_event"]
BILLING_OBJECT_APPLIERS = {
    "payout": "billing.actions.payouts.settle_payout",
    "dispute": "disputes.actions.provider.settle_dispute",
}
BILLING_PAYMENT_LISTENERS = ["disputes.actions.provider.link_payment"]
# Whose payments reach the bank in sums: the payout is expected there, not each payment.
RECONCILIATION_PAID_OUT_PROVIDERS = ["stripe"]
BILLING_DISPUTE_FACTS = "disputes.dispute_facts.dispute_facts_for"  # what a diagnosis knows of disputes

# --- the audit trail's anchor ------------------------------------------------------------------------------

# Where the head of the seal chain is written every few minutes: in production a place that the database's
# administrators cannot write, and a key that they do not have.
AUDIT_ANCHOR_PATH = env.text("AUDIT_ANCHOR_PATH", "" if PRODUCTION else str(VAR / "audit_anchor.log"))
AUDIT_ANCHOR_KEY = env.text("AUDIT_ANCHOR_KEY", None if PRODUCTION else env.kept_secret(VAR / "audit_anchor_key"))
AUDIT_ANCHOR_SECONDS = env.number("AUDIT_ANCHOR_SECONDS", 300)
if not AUDIT_ANCHOR_PATH:
    raise ImproperlyConfigured("Set AUDIT_ANCHOR_PATH to a file outside the database's reach, on a log host, say.")

# --- the nightly scan for card numbers ---------------------------------------------------------------------

# Files that it reads besides the database, as patterns. We log to standard error: name here where that is kept.
CARD_SCAN_FILES = [AUDIT_ANCHOR_PATH, *env.words("CARD_SCAN_FILES")]

# --- logs --------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "billing.redaction.logs.RedactingFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}, "redress": {"level": "INFO"}},
}
