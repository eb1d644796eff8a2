"""The page decorator: what a page asks for, checked in one order (object 404, permission 403, CSRF, input)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tenantry.kernel import links, registry, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Gone, Missing, NotAllowed
from tenantry.kernel.offers import Area
from tenantry.kernel.web import answers, kept


class Mark(Enum):
    """Instead of a permission: who may come to a page by other means. A test counts the uses of each."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    LINK = "link"
    OPERATOR = "operator"


PUBLIC, SIGNED_IN, LINK, OPERATOR = Mark


class Request(HttpRequest):
    """A request that has passed the door: knows who is asking, or in which session, now ended, somebody was."""

    actor: Actor
    session: Any  # our SessionStore; None while nobody is signed in
    former: Any
    must_enrol: bool
    refused: str


View = Callable[..., HttpResponseBase]
METHODS = ("GET", "HEAD", "POST")


def page(
    needs: str | Mark, *, of: Callable[..., Any] | None = None, methods: tuple[str, ...] = METHODS,
    own_scope: bool = False, fresh: bool = False, enrolling: bool = False, link: type[links.Linked] | None = None,
    area: Area | None = None,
) -> Callable[[View], View]:  # fmt: skip
    """Declare what a page needs; `of` finds its object from the path, and the view receives that in place of ids.

    `link` names the model whose rows links lead to: the page opens in the scope of the row that the path's `token`
    names, and the view receives that row (410 for a link that is no longer valid). `own_scope` is for the few pages
    that call the cloud between two transactions and open their scopes themselves. Who may not enter the `area` of the
    page, that of its folder by default, does not find it.

    `fresh` is for sensitive acts: the person must have proved within five minutes who it is, and is led to do so; the
    form it sent is kept meanwhile. `enrolling` pages answer somebody who has yet to add a demanded second factor.
    """

    def wrap(view: View) -> View:
        stands = area or registry.area_of(view.__module__)
        asked = _Page(csrf_protect(view), needs, of, methods, stands, link, fresh)

        @functools.wraps(view)
        def checked(request: Request, **path: Any) -> HttpResponseBase:
            return asked.answer(request, path)

        checked.needs = needs  # type: ignore[attr-defined]  # read by the tests
        checked.methods = methods  # type: ignore[attr-defined]  # read by what looks at every page
        checked.area = stands  # type: ignore[attr-defined]  # read by the menu
        checked.own_scope = own_scope or link is not None  # type: ignore[attr-defined]  # read by the door
        checked.enrolling = enrolling or needs in (PUBLIC, LINK)  # type: ignore[attr-defined]  # read by the door
        return csrf_exempt(checked)

    return wrap


@dataclass(frozen=True)
class _Page:
    view: View
    needs: str | Mark
    of: Callable[..., Any] | None
    methods: tuple[str, ...]
    area: Area
    link: type[links.Linked] | None
    fresh: bool

    def answer(self, request: Request, path: dict[str, Any]) -> HttpResponseBase:
        if self.link is not None:
            return self._follow(request, self.link, path)
        open_to_all = self.needs in (PUBLIC, LINK)
        if not open_to_all and request.actor.kind == "visitor":
            return to_sign_in(request)
        if self.needs is OPERATOR and request.actor.kind != "operator":
            raise Missing
        if not (open_to_all or request.actor.enters(self.area)):
            raise Missing
        found = (self.of(**path),) if self.of else ()
        path = {} if self.of else path
        if isinstance(self.needs, Mark):
            return self._run(request, found, path)
        request.actor.require(self.needs, *found)
        with scope.narrowed(self.needs):
            return self._run(request, found, path)

    def _follow(self, request: Request, model: type[links.Linked], path: dict[str, Any]) -> HttpResponseBase:
        token = path.pop("token")
        try:
            with links.follow(model, token, request.META.get("REMOTE_ADDR", "")) as row:
                request.actor = scope.current().actor
                return self._run(request, (row,), path)
        except Gone:
            return _gone(request, model.again, token)

    def _run(self, request: Request, found: tuple[Any, ...], path: dict[str, Any]) -> HttpResponseBase:
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        if self.fresh and not request.session.fresh():
            return _to_proof(request)
        return self.view(request, *found, **path)


_gone: View = csrf_protect(answers.gone)


def turned_away(request: Request, area: Area) -> HttpResponse | None:
    """For a page that visitors and people share: the answer to whom no person's page of the area would answer."""
    if request.actor.kind == "visitor":
        return to_sign_in(request)
    if request.must_enrol:
        return answers.enrol(request)
    if not request.actor.enters(area):
        raise Missing
    return None


def to_sign_in(request: Request) -> HttpResponse:
    """A page that needs somebody leads to sign-in and back; a fragment says so, and its page stays as it is."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.former is None:
        return redirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
    return kept.lead(request, "/sign-in")


def _to_proof(request: Request) -> HttpResponse:
    """A sensitive act leads to the page that asks for proof, and back."""
    if request.headers.get("HX-Request"):
        here = urlsplit(request.headers.get("HX-Current-URL", "/")).path
        return HttpResponse(status=403, headers={"HX-Redirect": f"/profile/prove?{urlencode({'next': here})}"})
    return kept.lead(request, "/profile/prove")


def must_hold(actor: Actor, *permissions: str) -> None:
    """Refuse with 403 an actor that holds none of the permissions anywhere."""
    if not any(actor.holds(permission) for permission in permissions):
        raise NotAllowed(permissions[0])
