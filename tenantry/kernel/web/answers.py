"""One place that turns the five kinds of error into HTML, and into what htmx shows."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from tenantry.kernel.errors import Problem
from tenantry.kernel.text import _

log = logging.getLogger(__name__)
_PAGES = {400: "422", 403: "403", 404: "404", 409: "409", 410: "410", 422: "422", 503: "503"}


def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """The page, or for htmx the toast, that says what happened and whose turn it is."""
    message = str(error) or _default(error.status)
    if request.headers.get("HX-Request"):
        toast = render(request, "web/toast.html", {"kind": "failed", "message": message}, status=error.status)
        toast["HX-Retarget"], toast["HX-Reswap"] = "#tn-toasts", "beforeend"
        return toast
    name = _PAGES.get(error.status, "500")
    return render(request, f"web/{name}.html", {"message": message, "status": error.status}, status=error.status)


def enrol(request: HttpRequest) -> HttpResponse:
    """The way to the page on which a demanded second factor is added."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": _("Add a second factor first.")}, status=403)
    target = "/profile/second-factor"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def gone(request: HttpRequest, again: str, token: str) -> HttpResponse:
    """The page for a link that is no longer valid, which offers a new one where there is an address `again` for it."""
    renewed = _("A link works once and for a limited time. A new one goes to the address that the first one went to.")
    context = {"message": renewed if again else _default(410), "status": 410, "again": again, "token": token}
    return render(request, "web/410.html", context, status=410)


def unreachable(request: HttpRequest, error: Exception) -> HttpResponse:
    """The page for a database that is away, full or too slow: needs no row, lets the browser come back by itself."""
    log.error("The database did not answer %s: %s", request.path, _code(error) or type(error).__name__)
    response = _bare(request, 503, _database(_code(error)))
    response["Retry-After"] = "5"
    return response


def _code(error: Exception) -> str:
    """PostgreSQL's five characters for what went wrong; empty where the connection itself failed."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _database(code: str) -> str:
    match code:
        case "57014":
            return _("This took too long and was stopped. Nothing was changed. Ask for less, or try again.")
        case "55P03" | "40P01":
            return _("Somebody is changing the same thing at this moment. Nothing was changed. Try again.")
        case "53100":
            return _("The disk of your data centre is full. Nothing was changed. Whoever runs it must make room.")
        case _:
            return _("Your data centre is not reachable.")


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Django's 404 handler: the same page as for another partner's object."""
    return render(request, "web/404.html", {"message": _default(404), "status": 404}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's 500 handler."""
    return _bare(request, 500, _default(500))


def _bare(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """A page without the frame around it, since the frame asks the database."""
    request.frameless = True  # type: ignore[attr-defined]  # read by the shell's frame
    return render(request, f"web/{status}.html", {"message": message, "status": status}, status=status)


def _default(status: int) -> str:
    match status:
        case 403:
            return _("You do not hold the permission for this.")
        case 404:
            return _("There is nothing here, or it is not yours to see.")
        case 410:
            return _("A link works once and for a limited time. Ask whoever sent it to you for a new one.")
        case 409:
            return _("Somebody else was first. Reload the page and look again.")
        case 503:
            return _("This is busy at the moment. Try again in a few minutes.")
        case _:
            return _("Something went wrong here. It has been reported.")
