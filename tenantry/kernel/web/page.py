"""The page decorator: what a page asks for, checked in one order (object 404, permission 403, CSRF, input)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tenantry.kernel import scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import NotAllowed


class Mark(Enum):
    """Instead of a permission: who may come to a page by other means. A test counts the uses of each."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    LINK = "link"
    OPERATOR = "operator"


PUBLIC, SIGNED_IN, LINK, OPERATOR = Mark


class Request(HttpRequest):
    """A request that has passed the door: knows who is asking."""

    actor: Actor


View = Callable[..., HttpResponseBase]


def page(
    needs: str | Mark,
    *,
    of: Callable[..., Any] | None = None,
    methods: tuple[str, ...] = ("GET", "HEAD", "POST"),
    own_scope: bool = False,
) -> Callable[[View], View]:
    """Declare what a page needs; `of` finds its object from the path, and the view receives that in place of ids.

    `own_scope` is for the few pages that call the cloud between two transactions and open their scopes themselves.
    """

    def wrap(view: View) -> View:
        protected = csrf_protect(view)

        @functools.wraps(view)
        def checked(request: Request, **path: Any) -> HttpResponseBase:
            if needs is PUBLIC or needs is LINK:
                return _answer(protected, methods, request, path)
            if request.actor.kind == "visitor":
                return _to_sign_in(request)
            if isinstance(needs, Mark):
                return _answer(protected, methods, request, path, of)
            return _permitted(needs, protected, methods, request, path, of)

        checked.needs = needs  # type: ignore[attr-defined]  # read by the tests and by navigation
        checked.own_scope = own_scope  # type: ignore[attr-defined]
        return csrf_exempt(checked)

    return wrap


def _permitted(  # noqa: PLR0913  # one call, in the order of checks
    needs: str, view: View, methods: tuple[str, ...], request: Request, path: dict[str, Any],
    of: Callable[..., Any] | None,
) -> HttpResponseBase:  # fmt: skip
    found = (of(**path),) if of else ()
    request.actor.require(needs, *found)
    with scope.narrowed(needs):
        return _answer(view, methods, request, {} if of else path, None, found)


def _answer(  # noqa: PLR0913
    view: View, methods: tuple[str, ...], request: Request, path: dict[str, Any],
    of: Callable[..., Any] | None = None, found: tuple[Any, ...] = (),
) -> HttpResponseBase:  # fmt: skip
    if request.method not in methods:
        return HttpResponseNotAllowed(methods)
    if of is not None:
        found, path = (of(**path),), {}
    return view(request, *found, **path)


def _to_sign_in(request: Request) -> HttpResponse:
    """A page that needs somebody leads to sign-in and back; a fragment reloads the whole page, which then does."""
    target = f"/sign-in?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return redirect(target)


def must_hold(actor: Actor, *permissions: str) -> None:
    """Refuse with 403 an actor that holds none of the permissions anywhere."""
    if not any(actor.holds(permission) for permission in permissions):
        raise NotAllowed(permissions[0])
