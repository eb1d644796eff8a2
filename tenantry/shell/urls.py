"""The shell's own pages."""

from __future__ import annotations

from django.conf import settings

from tenantry.kernel.web import parts_page
from tenantry.shell import (
    bell,
    entering,
    home,
    mailbox,
    navigation,
    operator,
    passkeys,
    profile,
    proof,
    rest,
    search,
    second_factor,
    sessions,
    sign_in,
    tasks,
)

urlpatterns = [
    *navigation.PATTERNS,
    *home.PATTERNS,
    *sign_in.PATTERNS,
    *profile.PATTERNS,
    *proof.PATTERNS,
    *passkeys.PATTERNS,
    *second_factor.PATTERNS,
    *entering.PATTERNS,
    *mailbox.PATTERNS,
    *sessions.PATTERNS,
    *bell.PATTERNS,
    *search.PATTERNS,
    *tasks.PATTERNS,
    *operator.PATTERNS,
    *rest.PATTERNS,
    *(parts_page.PATTERNS if settings.DEBUG else ()),
]
