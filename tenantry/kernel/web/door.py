"""The web door: finds the session by the routing cookie, opens the scope, answers errors after the rollback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from tenantry.kernel import ports, scope
from tenantry.kernel.actor import Actor, visitor
from tenantry.kernel.errors import Missing, NotAllowed, Problem
from tenantry.kernel.web import answers
from tenantry.kernel.web.page import Request

NOWHERE = visitor(-1, "")
_SALT = "tenantry.route"


def set_route(response: HttpResponseBase, partner: int, region: str, session_key: str) -> None:
    """Give the browser its routing cookie: partner, region, session key, signed; it outlives the session by a day."""
    ticket = signing.dumps([partner, region, session_key], salt=_SALT)
    response.set_cookie(
        settings.SESSION_COOKIE_NAME, ticket, max_age=settings.SESSION_COOKIE_AGE, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def clear_route(response: HttpResponseBase) -> None:
    """Take the routing cookie away."""
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")


class Door:
    """Middleware: one scope, and so one transaction, around each request of a signed-in person."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.sessions: type[Any] = import_module(settings.SESSION_ENGINE).SessionStore

    def __call__(self, request: Request) -> HttpResponseBase:
        request.actor, request.session = NOWHERE, None
        request.former, request.must_enrol = None, False
        try:
            return self._answer(request)
        except (OperationalError, InterfaceError) as error:
            return answers.unreachable(request, error)

    def _answer(self, request: Request) -> HttpResponseBase:
        ticket = _ticket(request)
        if ticket is None:
            return self.get_response(request)
        partner, region, key = ticket
        with scope.route(partner, region, request.META.get("REMOTE_ADDR", "")):
            if _keeps_own_scope(request):
                with self._known(request, key):
                    pass
            else:
                response = self._within(request, key)
        if _keeps_own_scope(request):
            response = self.get_response(request)
        _tell_refusal(request)
        return response

    def _within(self, request: Request, key: str) -> HttpResponseBase:
        with self._known(request, key):
            response = self.get_response(request)
            asked = "Tn-Unasked" not in request.headers  # a page that asks by itself keeps nobody signed in
            if asked and response.status_code < 500 and request.session is not None:
                request.session.keep()
        return response

    @contextlib.contextmanager
    def _known(self, request: Request, key: str) -> Iterator[None]:
        session = self.sessions(key, request.META.get("REMOTE_ADDR", ""))
        actor = _actor(session.person_id())
        if actor is None:
            request.former = session if session.former() else None
            yield
            return
        request.session, request.actor = session, actor
        request.must_enrol = session.must_enrol()
        with scope.acting(actor), _at_home(session.language(), session.time_zone()):
            yield

    def process_view(self, request: Request, view: Any, *_path: Any) -> HttpResponseBase | None:
        """Who has yet to add a demanded second factor is led to do so, and nothing else answers."""
        led = request.must_enrol and not getattr(view, "enrolling", False)
        return answers.enrol(request) if led else None

    def process_exception(self, request: Request, exception: Exception) -> HttpResponseBase | None:
        """A failed view keeps nothing; says whose turn it is.

        The page is rendered first: a transaction that is to be rolled back answers no query, not even the menu's.
        """
        note_refusal(request, exception)
        opened, response = scope.peek(), None
        if isinstance(exception, OperationalError | InterfaceError):
            response = answers.unreachable(request, exception)
        elif isinstance(exception, Problem):
            response = answers.problem(request, exception)
        if opened is not None:
            transaction.set_rollback(True, using=opened.region)
        return response


def _actor(person: int | None) -> Actor | None:
    """The person as an actor; None where there is none, or it may not act."""
    if person is None:
        return None
    try:
        return ports.resolver().actor(person)
    except Missing:
        return None


def note_refusal(request: Request, error: Exception) -> None:
    """Remember what a member was refused, to be recorded once its own transaction is rolled back."""
    if isinstance(error, NotAllowed) and request.actor.kind != "visitor":
        request.refused = error.permission


def _tell_refusal(request: Request) -> None:
    permission: str | None = getattr(request, "refused", None)
    if permission is not None:
        actor: Actor = request.actor
        with scope.of(actor):
            ports.resolver().refused(actor, permission)


@contextlib.contextmanager
def _at_home(language: str, time_zone: str) -> Iterator[None]:
    """Speak the person's language and tell its time."""
    if language:
        translation.activate(language)
    with timezone.override(time_zone or None):
        yield


def _ticket(request: Request) -> tuple[int, str, str] | None:
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    try:
        partner, region, key = signing.loads(cookie or "", salt=_SALT, max_age=settings.SESSION_COOKIE_AGE)
    except (signing.BadSignature, ValueError):
        return None
    return (partner, region, key) if region in settings.REGIONS else None


def _keeps_own_scope(request: Request) -> bool:
    with contextlib.suppress(Resolver404):
        return bool(getattr(resolve(request.path_info).func, "own_scope", False))
    return False
