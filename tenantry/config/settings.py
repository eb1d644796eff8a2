"""One file of settings; typed environment readers that fail loudly on nonsense."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from tenantry.engines.postgres import patience
from tenantry.engines.postgres.addresses import databases
from tenantry.kernel import registry
from tenantry.kernel.text import LANGUAGES as SPOKEN


def text(name: str, default: str = "") -> str:
    """An environment value, or the contents of the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A yes or no; anything else stops the start."""
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no", "true", "false", "1", "0"}:
        raise SystemExit(f"{name} must be yes or no, not {value!r}.")
    return value in {"yes", "true", "1"}


def number(name: str, default: int) -> int:
    """A whole number; anything else stops the start."""
    value = text(name, str(default))
    if not value.lstrip("-").isdigit():
        raise SystemExit(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def kept_secret(name: str, folder: Path) -> str:
    """A secret from the environment, else one made once and kept in the data folder, readable by its owner only."""
    if value := text(name):
        return value
    path = folder / name.lower()
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


BASE = Path(__file__).resolve().parent.parent.parent
DATA = Path(text("TENANTRY_DATA", str(BASE / ".data"))).resolve()
EDITION = text("EDITION", "commercial")
DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
PORT = number("PORT", 8000)
SECRET_KEY = kept_secret("SECRET_KEY", DATA)
SEAL_KEY = kept_secret("SEAL_KEY", DATA)
BACKUP_PASSPHRASE = text("BACKUP_PASSPHRASE")  # seals these keys inside a backup; without it they stay outside

REGIONS = tuple(text("REGIONS", "de-westcentral,ch-north").split(","))
DATABASE_URL = text("DATABASE_URL")
WEB = flag("TENANTRY_WEB")  # the web server says so of itself; everything else is background work
DATABASES = databases(DATA, DATABASE_URL, REGIONS, SECRET_KEY, patience.WEB if WEB else patience.BACKGROUND)
DATABASE_ROUTERS = ["tenantry.kernel.residency.router.HomeRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CLOUD = text("CLOUD", "commercial")
SIMULATOR_DATA = Path(text("SIMULATOR_DATA", str(DATA / "simulator")))
SIGN_IN_HOST = text("SIGN_IN_HOST", "localhost")
PUBLIC_URL = text("PUBLIC_URL", f"http://{SIGN_IN_HOST}:{PORT}")
# Where Microsoft posts notices of change: an https address that it reaches; without one, changes are found by reading.
NOTICES_URL = text("NOTICES_URL")
NOTICES_HOST, NOTICES_PORT = text("NOTICES_HOST", "127.0.0.1"), number("NOTICES_PORT", 8443)
NOTICES_CERTIFICATE, NOTICES_KEY = text("NOTICES_CERTIFICATE"), text("NOTICES_KEY")
if NOTICES_URL and not (NOTICES_URL.startswith("https://") and NOTICES_URL.endswith("/notices")):
    raise SystemExit("NOTICES_URL must begin with https:// and end with /notices.")
if NOTICES_URL and not (NOTICES_CERTIFICATE and NOTICES_KEY):
    raise SystemExit("NOTICES_URL needs NOTICES_CERTIFICATE and NOTICES_KEY, the names of PEM files.")
ALLOWED_HOSTS = [*text("ALLOWED_HOSTS", SIGN_IN_HOST).split(","), "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "csp",
    "tenantry.kernel",
    "tenantry.kernel.residency",
    "tenantry.kernel.web",
    *registry.apps(),
    "tenantry.shell",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tenantry.kernel.web.door.Door",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tenantry.config.urls"
WSGI_APPLICATION = "tenantry.config.wsgi.application"
SESSION_ENGINE = "tenantry.portal.people.models.session"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "tenantry.shell.navigation.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "tenantry.kernel.web.templatetags.parts",
                "tenantry.kernel.web.templatetags.format",
            ],
        },
    }
]

# Mails leave by SMTP; the demo keeps them in a folder, which its page /mailbox shows.
EMAIL_HOST = text("SMTP_HOST", "localhost")
EMAIL_PORT = number("SMTP_PORT", 25)
EMAIL_HOST_USER = text("SMTP_USER")
EMAIL_HOST_PASSWORD = text("SMTP_PASSWORD")
EMAIL_USE_TLS = flag("SMTP_STARTTLS")
EMAIL_USE_SSL = flag("SMTP_TLS")
EMAIL_TIMEOUT = 20
MAIL_FROM = text("MAIL_FROM", f"no-reply@{SIGN_IN_HOST}")
MAIL_FOLDER = DATA / "mailbox"
if DEMO and not text("SMTP_HOST"):
    EMAIL_BACKEND = "tenantry.kernel.mails.Folder"

LANGUAGE_CODE = "en"
LANGUAGES = SPOKEN
LOCALE_PATHS = [BASE / "locale"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/built/assets/"

SESSION_COOKIE_NAME = f"tenantry_{PORT}"
SESSION_COOKIE_AGE = 48 * 3600  # a session lives 24 hours; a form that comes after it still knows whose it was
BROWSER_COOKIE_NAME = f"tenantry_browser_{PORT}"
STEP_COOKIE_NAME = f"tenantry_step_{PORT}"
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_NAME = f"tenantry_csrf_{PORT}"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"tenantry_language_{PORT}"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = ["tenantry.portal.people.models.credential.Argon2id"]
PASSWORD_LIST = text("PASSWORD_LIST")  # a file of words that the operator refuses, besides the shipped list

# A browser follows the redirect after a POST only to an origin that form-action lists, so each page that leads to
# Microsoft adds the cloud's browser authority (engines/cloud knows it; see customers/views.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL", "WARNING")},
}
