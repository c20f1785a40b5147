"""
Settings of the site.

What differs between places comes from the environment (.env.example lists it all).
Without DATABASE_URL this is somebody's own machine: an embedded database, plain http
on loopback. With it, nothing is assumed: what is missing is named, with the remedy.
"""

import base64
import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tracker import database, environment

environment.take_secrets_from_files(os.environ)
environment.check(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("CALCIDIOL_VAR", BASE_DIR / "var"))
IS_LOCAL = database.is_embedded(os.environ) or os.environ.get("CALCIDIOL_LOCAL") == "1"


def _required(name: str, remedy: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        message = f"{name} is not set. {remedy}"
        raise ImproperlyConfigured(message)
    return value


def _local_secret() -> str:
    """Return this machine's own secret, made once and readable by its owner alone."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(64).encode())
    return path.read_text().strip()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    # Of two processes that start together, the first one's secret stays.
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()


def _secret() -> str:
    if IS_LOCAL and not os.environ.get("SECRET_KEY"):
        return _local_secret()
    value = _required("SECRET_KEY", "Give it 50 or more random characters.")
    is_known = value.startswith("django-insecure")
    if is_known or len(value) < 50 or len(set(value)) < 10:  # noqa: PLR2004 - as below
        message = "SECRET_KEY is too weak. Give it 50 or more random characters."
        raise ImproperlyConfigured(message)
    return value


def _encryption_keys() -> list[str]:
    """Return the keys of second-factor seeds; the first one locks, all unlock."""
    if IS_LOCAL and not os.environ.get("MFA_ENCRYPTION_KEYS"):
        path = VAR_DIR / "mfa_key"
        if not path.exists():
            _write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(32)))
        return [path.read_text().strip()]
    remedy = "Give it a key of 32 random bytes in URL-safe base64 (more, with commas)."
    return _required("MFA_ENCRYPTION_KEYS", remedy).split(",")


def _words(name: str, default: str) -> list[str]:
    return [word for word in os.environ.get(name, default).split(",") if word]


def _refuse_open_doors() -> None:
    """Raise where production would show its insides, or answer for any name."""
    if os.environ.get("DEBUG", "0") not in {"", "0"}:
        message = "DEBUG shows patients' data on error pages; it cannot be turned on."
        raise ImproperlyConfigured(message)
    if not IS_LOCAL and "*" in os.environ.get("ALLOWED_HOSTS", ""):
        message = "ALLOWED_HOSTS must list the site's names; * answers for any."
        raise ImproperlyConfigured(message)
    if not IS_LOCAL and not os.environ.get("SITE_ORIGIN", "https:").startswith(
        "https:"
    ):
        message = "SITE_ORIGIN must begin with https: in production."
        raise ImproperlyConfigured(message)


SECRET_KEY = _secret()
DEBUG = False
_refuse_open_doors()
SITE_ORIGIN = (
    os.environ.get("SITE_ORIGIN", "http://localhost:8000")
    if IS_LOCAL
    else _required("SITE_ORIGIN", "Write it as https://name.of.the.site.")
)
ALLOWED_HOSTS = (
    ["localhost", "127.0.0.1", "[::1]"]
    if IS_LOCAL
    else _required("ALLOWED_HOSTS", "List the site's names, with commas.").split(",")
)

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "accounts",
    "labs",
    "tracker",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

# The proxy in front is ours: what it says of a request is believed.
TRUSTS_PROXY = os.environ.get("BEHIND_PROXY") == "1"
# Whoever watches the site reads its numbers with this; without it nobody does.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
SLOW_QUERY_MS = environment.whole_number(os.environ, "SLOW_QUERY_MS", 500)

MIDDLEWARE = [
    # Headers first: what answers further in, a probe or a file, carries them too.
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.middleware.ProbesMiddleware",
    "tracker.middleware.ObservingMiddleware",
    "accounts.middleware.AddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tracker.middleware.DirectionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.KeyMiddleware",
    "accounts.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ViewerMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.SignInRulesMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
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
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": database.connection_settings(
        os.environ, data_folder=VAR_DIR / "postgres"
    )
}
# A restart of PostgreSQL takes a second or two, a fail-over some more: a request waits
# that long for a connection. Who waits longer has left, and threads are few.
DATABASE_PATIENCE_SECONDS = 5
if pool_size := environment.whole_number(os.environ, "DATABASE_POOL", 0):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": pool_size,
        "timeout": DATABASE_PATIENCE_SECONDS,
    }
# Plans are kept on a connection, so that it has to be one server's. Without a number
# none would be kept, not even those that accounts/statements.py asks for; it is one
# that no other query reaches.
KEEPS_PLANS = os.environ.get("DATABASE_BEHIND_PGBOUNCER") != "1"
NEVER_UNASKED = 1_000_000_000
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = (
    NEVER_UNASKED if KEEPS_PLANS else None
)
if KEEPS_PLANS:
    database.prefer_indexes(DATABASES["default"], os.environ)
if not KEEPS_PLANS:
    # In transaction mode nothing may outlive a transaction on a connection.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# Where charts, reports, exports and lists are read once access was decided.
if replica := database.replica_settings(os.environ):
    DATABASES["replica"] = replica
    if pool_size:
        DATABASES["replica"]["OPTIONS"]["pool"] = {
            "min_size": 0,
            "max_size": pool_size,
            "timeout": 1,
        }
DATABASE_ROUTERS = ["accounts.links.Router"]
# How long a read waits until the replica shows that it was decided; then the primary
# serves, and the replica is left alone for so long.
REPLICA_PATIENCE_SECONDS = 0.25
REPLICA_REST_SECONDS = 5.0
# What a request may ask of the database. A page that takes longer than its reader waits
# gives its connection back; who holds a lock and is gone does not hold up the others.
DATABASE_LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
# Set in tests alone, which connect as the owner and look with the web's eyes.
VIEWER_ROLE = os.environ.get("CALCIDIOL_VIEWER_ROLE", "")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # The default of 300 entries would forget counters of tries to make room.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique, by a constraint on lower()
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.TunedArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.services.passwords.LengthValidator"},
    {"NAME": "accounts.services.passwords.CommonPasswordRefusal"},
    {"NAME": "accounts.services.passwords.OwnWordsValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.names.NameForm"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.sign_in.SignUpForm",
    "login": "accounts.forms.wording.SignInForm",
    "reset_password": "accounts.forms.wording.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.wording.NewPasswordForm",
    "change_password": "accounts.forms.wording.ChangePasswordForm",
    "set_password": "accounts.forms.wording.SetPasswordForm",
    "add_email": "accounts.forms.wording.NewAddressForm",
    "reauthenticate": "accounts.forms.wording.SameAgainForm",
}
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_ORIGIN.partition(":")[0]
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
# Tries, then seconds or minutes, by address of the network or by hashed key.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole_number(os.environ, "PROXY_COUNT", 0)
USERSESSIONS_ADAPTER = "accounts.adapters.SessionsAdapter"
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.sign_in.SecondFactorForm",
    "reauthenticate": "accounts.forms.sign_in.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.sign_in.SetUpCodeForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Calcidiol"
MFA_TOTP_TOLERANCE = 1  # the codes before and after are taken too; each one once
MFA_ENCRYPTION_KEYS = _encryption_keys()
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
if not IS_LOCAL:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTS_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        # The older of the two ways to say it: all browsers know it, at once.
        "report-uri": ["/policy-reports/"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 5

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.KeyAuthentication",
        "accounts.api.authentication.SameSiteSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.authentication.IsSignedIn"],
    "DEFAULT_PARSER_CLASSES": ["labs.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["accounts.api.rendering.OrjsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Calcidiol",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [],
}

LANGUAGE_CODE = "en-gb"
# Each by its own name: who looks for a language reads that one.
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("ar", "العربية")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = not IS_LOCAL
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = [BASE_DIR / "locale"]
# Where a language writes numbers and days otherwise than Django thinks.
FORMAT_MODULE_PATH = "tracker.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
# Maps of libraries' sources are for their own developers; packing them takes longest.
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our own pages
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "woff2", "ico", "map"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if os.environ.get("STATIC_MANIFEST", "1") == "1"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

if os.environ.get("EMAIL_HOST"):
    EMAIL_HOST = os.environ["EMAIL_HOST"]
    EMAIL_PORT = environment.whole_number(os.environ, "EMAIL_PORT", 587)
    EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "1") == "1"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "calcidiol@localhost")

# One line of JSON each, for a machine to read; plain lines on somebody's own machine.
LOG_FORMAT = os.environ.get("LOG_FORMAT") or ("plain" if IS_LOCAL else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "tracker.logs.WithoutWords",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "tracker.logs.JsonLines"},
    },
    "filters": {"without addresses": {"()": "tracker.logs.WithoutAddresses"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["without addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # The heads of the audit chain: without them in the log, its end proves nothing.
        "accounts.audit": {"level": "INFO"},
        "tracker.requests": {"level": "WARNING" if IS_LOCAL else "INFO"},
        # Otherwise Django mails whole pages of settings and data to its admins.
        "django": {"handlers": [], "propagate": True, "level": "WARNING"},
    },
}
