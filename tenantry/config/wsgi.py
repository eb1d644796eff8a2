"""The web server's entry."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.config.settings")
application = get_wsgi_application()

# What was loaded stays, and what a request makes dies by its count of references: looking for cycles after each 700
# objects, as Python does by itself, takes a twentieth of a page's time.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
