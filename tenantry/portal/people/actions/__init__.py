"""Signing in and out, proving who one is, and what a person may change of itself."""

from tenantry.portal.people.actions.entering import (
    Newcomer,
    accept_invitation,
    ask_invitation_again,
    ask_reset,
    ask_reset_again,
    reset_password,
)
from tenantry.portal.people.actions.factors import (
    add_authenticator,
    add_passkey,
    make_recovery_codes,
    remove_authenticator,
    remove_passkey,
    reset_second_factor,
)
from tenantry.portal.people.actions.lists import delete_view, lay_out, rename_view, replace_view, save_view
from tenantry.portal.people.actions.profile import change_password, change_profile, choose_area
from tenantry.portal.people.actions.sessions import end_other_sessions, end_session, sign_out
from tenantry.portal.people.actions.sign_in import (
    Browser,
    Halfway,
    Opened,
    prove,
    prove_with_passkey,
    sign_in,
    sign_in_with_code,
    sign_in_with_passkey,
)

__all__ = [
    "Browser",
    "Halfway",
    "Newcomer",
    "Opened",
    "accept_invitation",
    "add_authenticator",
    "add_passkey",
    "ask_invitation_again",
    "ask_reset",
    "ask_reset_again",
    "change_password",
    "change_profile",
    "choose_area",
    "delete_view",
    "end_other_sessions",
    "end_session",
    "lay_out",
    "make_recovery_codes",
    "prove",
    "prove_with_passkey",
    "remove_authenticator",
    "remove_passkey",
    "rename_view",
    "replace_view",
    "reset_password",
    "reset_second_factor",
    "save_view",
    "sign_in",
    "sign_in_with_code",
    "sign_in_with_passkey",
    "sign_out",
]
