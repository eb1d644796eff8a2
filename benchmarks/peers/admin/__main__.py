"""Make the admin's own tables and a superuser, and serve its change list of customers."""

from __future__ import annotations

import os

import psycopg

from benchmarks import contestant
from benchmarks.contestant import Ask

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.admin.settings"
ASKED = ("q=werk&o=-1", "q=GmbH&o=1")


def main() -> None:
    """Serve the change list, sorted and searched."""
    from benchmarks.peers.admin.settings import DATABASES

    _own_tables(DATABASES["default"])
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    cookie = f"sessionid={_session()}"
    path = "/admin/peer/customer/"
    contestant.serve(application, {"page": [Ask(path, query, cookie, b'class="action-select"') for query in ASKED]})


def _own_tables(at: dict) -> None:
    """In their own schema: whoever migrates with the portal's schema in sight writes into the portal's records."""
    from django.core.management import call_command

    where = f"host={at['HOST']} dbname={at['NAME']} user=postgres"
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS admin_peer")
    both, at["OPTIONS"] = at["OPTIONS"], {"options": "-c search_path=admin_peer"}
    import django
    from django.db import connection as own

    django.setup()
    call_command("migrate", verbosity=0)
    own.close()
    own.settings_dict["OPTIONS"] = both


def _session() -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.filter(username="sophie").first() or User.objects.create_superuser("sophie", "", "x")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return session.session_key


if __name__ == "__main__":
    main()
