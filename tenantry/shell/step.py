"""What a page remembers between the two steps of sign-in, in a signed cookie, before anybody is known."""

from __future__ import annotations

from dataclasses import astuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from tenantry.portal.people.actions import Halfway

GOOD_FOR = 10 * 60  # seconds
_SALT = "tenantry.step"


def remember(response: HttpResponseBase, half: Halfway) -> None:
    """Let the browser carry how far sign-in has come."""
    response.set_cookie(
        settings.STEP_COOKIE_NAME, signing.dumps(astuple(half), salt=_SALT), max_age=GOOD_FOR, httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def halfway(request: HttpRequest) -> Halfway | None:
    """Whom a right password has brought halfway in this browser, within ten minutes."""
    try:
        found = Halfway(
            *signing.loads(request.COOKIES.get(settings.STEP_COOKIE_NAME, ""), salt=_SALT, max_age=GOOD_FOR)
        )
    except (signing.BadSignature, TypeError):
        return None
    return found if found.region in settings.REGIONS else None


def forget(response: HttpResponseBase) -> None:
    """The second step is done."""
    response.delete_cookie(settings.STEP_COOKIE_NAME, samesite="Lax")
