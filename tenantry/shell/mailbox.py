"""The demo's mailbox: what the portal has mailed, to whomever. It exists in the demo only."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin

from tenantry.kernel import mails
from tenantry.kernel.errors import Missing
from tenantry.kernel.mails import Kept
from tenantry.kernel.web.page import PUBLIC, Request, page

# A mail carries its styles in its elements, runs nothing, and may be framed by the page that shows it.
OF_A_MAIL = {
    "default-src": [NONE], "style-src": [UNSAFE_INLINE], "base-uri": [NONE], "form-action": [NONE],
    "frame-ancestors": [SELF], "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}  # fmt: skip


@page(PUBLIC, methods=("GET",), own_scope=True)
def mailbox(request: Request) -> HttpResponse:
    """All mails, the newest first."""
    _only_in_demo()
    return render(request, "shell/mailbox.html", {"mails": mails.kept()})


@csp_update({"frame-src": [SELF]})
@page(PUBLIC, methods=("GET",), own_scope=True)
def mail(request: Request, key: str) -> HttpResponse:
    """One mail as its receiver sees it, and its text part."""
    return render(request, "shell/mail.html", {"mail": _kept(key)})


@xframe_options_sameorigin
@csp(OF_A_MAIL)
@page(PUBLIC, methods=("GET",), own_scope=True)
def body(request: Request, key: str) -> HttpResponse:  # noqa: ARG001  # a page's shape
    """The HTML of one mail, which may do nothing but open its links beside."""
    return HttpResponse(_kept(key).html.replace("<head>", '<head><base target="_blank">', 1))


def _kept(key: str) -> Kept:
    _only_in_demo()
    return mails.kept_one(key)


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Missing


PATTERNS = [
    path("mailbox", mailbox, name="mailbox"),
    path("mailbox/<str:key>", mail, name="mailbox_mail"),
    path("mailbox/<str:key>/body", body, name="mailbox_body"),
]
