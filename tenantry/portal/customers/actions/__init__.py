"""Onboarding a customer, giving and losing consent, reading again, changing what is kept about customers."""

from tenantry.portal.customers.actions.consent import (
    CONSENT_REASONS,
    check,
    consent_again,
    consented_again,
    lose,
    miss,
    restore,
    withdraw,
)
from tenantry.portal.customers.actions.editing import change_mode, edit, set_groups, set_tags
from tenantry.portal.customers.actions.ending import ask_reconnect, disconnect, let_go, reconnect
from tenantry.portal.customers.actions.finishing import onboard
from tenantry.portal.customers.actions.many import decide_many, group_many, read_many, tag_many
from tenantry.portal.customers.actions.onboarding import (
    ask_consent,
    consent_declined,
    consented,
    discard,
    identify,
    inform,
    sign_in,
    start,
    take,
)
from tenantry.portal.customers.actions.reading import finish_first_read, read_now

__all__ = [
    "CONSENT_REASONS",
    "ask_consent",
    "ask_reconnect",
    "change_mode",
    "check",
    "consent_again",
    "consent_declined",
    "consented",
    "consented_again",
    "decide_many",
    "discard",
    "disconnect",
    "edit",
    "finish_first_read",
    "group_many",
    "identify",
    "inform",
    "let_go",
    "lose",
    "miss",
    "onboard",
    "read_many",
    "read_now",
    "reconnect",
    "restore",
    "set_groups",
    "set_tags",
    "sign_in",
    "start",
    "tag_many",
    "take",
    "withdraw",
]
