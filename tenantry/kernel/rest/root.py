"""One versioned root over every folder's router; errors become problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from tenantry.kernel import registry, scope
from tenantry.kernel.errors import Problem
from tenantry.kernel.text import _
from tenantry.kernel.web.door import note_refusal
from tenantry.kernel.web.page import Request


def build() -> NinjaAPI:
    """The API of the folders that are present."""
    api = NinjaAPI(title="Tenantry", version="1", urls_namespace="rest", docs_url=None, openapi_url="openapi.json")
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(ValidationError, _invalid)
    for module in registry.named("api").values():
        api.add_router("", module.ROUTER)
    return api


def _problem(request: HttpRequest, error: Problem | type[Problem]) -> HttpResponse:
    if isinstance(error, Problem):
        note_refusal(cast("Request", request), error)
    opened = scope.peek()
    if opened is not None:
        transaction.set_rollback(True, using=opened.region)
    status = error.status
    return _document(status, str(error), code=getattr(error, "code", ""))


def _invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:  # noqa: ARG001
    wrong = [".".join(str(part) for part in item["loc"]) for item in getattr(error, "errors", [])]
    return _document(422, _("Some fields are not right."), fields=wrong)


def _document(status: int, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "status": status, "detail": detail} | {
        key: value for key, value in more.items() if value
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")
