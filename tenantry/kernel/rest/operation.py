"""The operation decorator: the same order of checks as a page, answered as problem documents."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from tenantry.kernel import registry, scope
from tenantry.kernel.errors import Missing, Problem
from tenantry.kernel.text import _
from tenantry.kernel.web.page import Request


class NotSignedIn(Problem):
    """Nobody has proved who is asking (401)."""

    status = 401


def operation(
    needs: str, *, of: Callable[[int], Any] | None = None, by: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the permission of a REST operation; `of` finds its object by the path's `by` (404 before 403).

    Who may not enter the area of its folder does not find the operation. The object is handed on as `request.found`.
    """

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        area = registry.area_of(function.__module__)

        @functools.wraps(function)
        def checked(request: Request, *args: Any, **kwargs: Any) -> Any:
            if request.actor.kind == "visitor":
                raise NotSignedIn(_("Sign in first."))
            if not request.actor.enters(area):
                raise Missing
            found = (of(kwargs[by]),) if of else ()
            request.actor.require(needs, *found)
            request.found = found[0] if found else None  # type: ignore[attr-defined]  # what `of` found
            with scope.narrowed(needs):
                return function(request, *args, **kwargs)

        checked.needs = needs  # type: ignore[attr-defined]  # read by the tests
        return cast("Callable[..., Any]", checked)

    return wrap
