"""The deployment's own pages: whether it lives, and whether it can answer."""

from __future__ import annotations

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tenantry.kernel.web.page import PUBLIC, page


@page(PUBLIC, methods=("GET", "HEAD"))
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # a view
    """The web process answers."""
    return HttpResponse("ok", content_type="text/plain")


@page(PUBLIC, methods=("GET", "HEAD"))
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # a view
    """Each region answers; 503 names those that do not."""
    silent = [region for region in settings.REGIONS if not answers(region)]
    return JsonResponse({"silent_regions": silent}, status=503 if silent else 200)


def answers(region: str) -> bool:
    """Whether the region's database answers a query."""
    try:
        with connections[region].cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    return True


PATTERNS = [path("healthz", alive, name="alive"), path("readyz", ready, name="ready")]
