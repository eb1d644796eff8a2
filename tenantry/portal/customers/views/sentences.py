"""Facts about customers as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from tenantry.kernel.text import Text, _, lazy, say
from tenantry.kernel.web.parts import Event
from tenantry.kernel.web.templatetags.format import figure, moment
from tenantry.portal.customers.queries import Happened

SENTENCES: Mapping[str, tuple[str, Text]] = {
    "customers.customer_onboarded": ("building", lazy("onboarded the customer.")),
    "customers.authorization_link_made": ("link", lazy("made an authorization link.")),
    "customers.authorization_link_opened": ("link", lazy("went on with the authorization link.")),
    "customers.authorization_link_revoked": ("link", lazy("revoked the authorization link.")),
    "customers.link_expiring": ("clock", lazy("warned that the authorization link ends within 24 hours.")),
    "customers.link_expired": ("clock", lazy("ended the authorization link.")),
    "customers.customer_disconnected": ("plug-connected-x", lazy("disconnected the customer.")),
    "customers.customer_edited": ("pencil", lazy("changed the customer’s information.")),
    "customers.management_mode_changed": ("arrows-exchange", lazy("decided anew who manages the tenant.")),
    "customers.consent_given": ("plug-connected", lazy("connected the app {app} with the consent of {account}.")),
    "customers.consent_reduced": ("plug-connected-x", lazy("noticed that {app} lacks {missing}.")),
    "customers.consent_lost": ("plug-connected-x", lazy("noticed that the consent for {app} has ended.")),
    "customers.read_requested": ("refresh", lazy("asked for a fresh read.")),
    "customers.initial_sync_finished": ("circle-check", lazy("finished the first read: {objects} objects.")),
    "customers.customer_joined_group": ("folders", lazy("put the customer into a group.")),
    "customers.customer_left_group": ("folders", lazy("took the customer out of a group.")),
    "inventory.permissions_changed": ("plug-connected", lazy("got a token with other permissions than before.")),
    "inventory.read_refused": ("alert-triangle", lazy("was refused by Microsoft: {reason}.")),
    "inventory.read_restored": ("circle-check", lazy("can read the tenant again.")),
}

REASONS: Mapping[str, Text] = {
    "no_consent": lazy("the app is not present in the tenant"),
    "app_credential": lazy("the credential of this deployment is not accepted"),
    "app_expired": lazy("the secret of this deployment’s own app has run out"),
    "ca_blocked": lazy("a Conditional Access policy blocks the app"),
    "refused": lazy("no token is given"),
}


def events(happened: list[Happened]) -> list[Event]:
    """Facts as lines of a time line."""
    return [_event(one) for one in happened]


def _event(one: Happened) -> Event:
    picture, sentence = SENTENCES.get(one.name, ("point-filled", one.name))
    if one.values.get("added"):
        sentence = _("added a tenant.")
    who = one.actor or {"system": _("Tenantry"), "link": _("The customer’s administrator, by link,")}.get(
        one.actor_kind, _("Somebody")
    )
    shown = {name: _words(name, value) for name, value in one.values.items()}
    try:
        text = say(sentence, **shown)
    except KeyError:  # a label that was erased
        text = str(sentence)
    return Event(text, moment(one.at), who, picture)


def _words(name: str, value: object) -> object:
    match name, value:
        case "reason", str():
            return REASONS.get(value, value)
        case "app", str():
            return value.capitalize()
        case _, int():
            return figure(value)
        case _, list():
            return ", ".join(str(item) for item in value)
    return value
