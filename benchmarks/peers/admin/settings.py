"""A plain Django project; its own tables stand in a schema of their own beside the portal's."""

from benchmarks import place
from tenantry.engines.postgres.addresses import socket_folder

SCHEMA = "admin_peer"
SECRET_KEY = "only for a bench"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "benchmarks.peers.admin.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "benchmarks.peers.admin",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place.REGION,
        "HOST": str(socket_folder(place.DATA)),
        "USER": "postgres",  # no row security to pass: what the admin is compared with pays for it
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"options": f"-c search_path={SCHEMA},public"},
    }
}
