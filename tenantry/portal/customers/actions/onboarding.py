"""The wizard's acts: each saves the draft; none claims or writes anything but the draft and its round trips."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.facts import Code, record
from tenantry.kernel.residency import claims
from tenantry.kernel.text import _
from tenantry.portal.customers import collect, queries, rules
from tenantry.portal.customers.facts import OnboardingStarted
from tenantry.portal.customers.models import Customer, Draft, Handshake
from tenantry.portal.customers.rules import Account, Information, TenantFacts


def start(actor: Actor, kind: str) -> Draft:
    """Begin the wizard for one of the six ways; refuses a way that cannot be used here."""
    actor.require("customers.onboard")
    rules.way(kind, settings.EDITION)
    draft = Draft.objects.create(person_id=actor.id, kind=kind, step=2, apps=[rules.INSIGHT])
    record(actor, OnboardingStarted(draft.pk, Code(kind)))
    return draft


def discard(actor: Actor, draft: Draft) -> None:
    """Give a draft up; refuses one that has become a customer."""
    actor.require("customers.onboard")
    _check_open(draft)
    if draft.pending_id is not None:
        raise Conflict(_("A link leads to this draft. Revoke the link instead."), code="linked")
    draft.delete()


def sign_in(actor: Actor, draft: Draft, session: str) -> str:
    """Begin the first round trip; returns the address at Microsoft where the account is chosen."""
    actor.require("customers.onboard")
    _check_open(draft)
    row, state = Handshake.begin(actor.id, session, Handshake.Purpose.SIGN_IN, draft=draft)
    return collect.sign_in_address(state, row.verifier, row.nonce)


def take(actor: Actor, session: str, state: str) -> Handshake:
    """Use up the round trip that an answer of Microsoft belongs to; refuses a state that began none here."""
    actor.require(OWN)
    return Handshake.take(actor.id, session, state)


def identify(actor: Actor, draft: Draft, account: Account) -> Draft | None:
    """Remember who signed in; gives the earlier draft of that account whose consent may still be in force.

    Refuses an account that may not consent, a tenant of another cloud, and the partner's own directory.
    """
    actor.require("customers.onboard")
    _check_open(draft)
    rules.check_account(account)
    own = claims.route("directory", account.tenant_id)
    if own is not None and own.partner == actor.partner:
        raise Refused(str(rules.outcome_text("is_yourself")), code="is_yourself")
    if draft.tenant_id != account.tenant_id:
        draft.consented = []
    draft.tenant_id, draft.account_oid, draft.account = account.tenant_id, account.oid, account.upn
    draft.nationality, draft.cloud, draft.problem = account.nationality, settings.CLOUD, ""
    draft.email = draft.email or account.upn
    draft.first_name, draft.last_name = rules.split_name(account.name)
    draft.save()
    return queries.known(draft)


def ask_consent(actor: Actor, draft: Draft, session: str, mark: str = "") -> str:
    """Begin the second round trip; returns the address at Microsoft where the tenant's consent is given."""
    actor.require("customers.onboard")
    row, state = Handshake.begin(actor.id, session, Handshake.Purpose.CONSENT, mark, draft=draft, app=rules.INSIGHT)
    return collect.consent_address(draft.tenant_id, row.app, state)


def consent_declined(actor: Actor, draft: Draft, reason: str) -> None:
    """Keep Microsoft's reason with the draft, and nothing else of the round trip."""
    actor.require("customers.onboard")
    draft.problem = reason[:1000] or _("The consent was declined at Microsoft.")
    draft.save(update_fields=["problem", "saved_at"])


def consented(actor: Actor, draft: Draft, tenant: TenantFacts, earlier: Draft | None = None) -> None:
    """Open the third step, filled from the tenant and from an earlier draft of the same account."""
    actor.require("customers.onboard")
    _check_open(draft)
    rules.check_same_tenant(draft.tenant_id, tenant.tenant_id)
    draft.consented, draft.roles, draft.problem = [rules.INSIGHT], sorted(tenant.roles), ""
    draft.tenant_name, draft.default_domain = tenant.name[:256], tenant.default_domain[:253]
    draft.organisation = draft.organisation or tenant.name[:120]
    draft.country = draft.country or tenant.country
    if earlier is not None:
        _carry_over(draft, earlier)
    draft.data_centre = draft.data_centre or queries.preset(draft.country)
    draft.step = max(draft.step, 3)
    draft.save()


def inform(actor: Actor, draft: Draft, wish: Information, countries: Iterable[str]) -> None:
    """Keep the third step's answers; refuses what cannot be, and a limited person who names no own group."""
    actor.require("customers.onboard")
    _check_open(draft)
    _check_consent(draft)
    rules.check_information(wish, countries, Customer.Mode.values)
    rules.check_data_centre(wish.data_centre, settings.REGIONS)
    rules.check_groups(wish.groups, queries.own_groups(actor, "customers.onboard"))
    for name in ("organisation", "country", "data_centre", "first_name", "last_name", "email", "phone", "mode"):
        setattr(draft, name, getattr(wish, name))
    draft.tags, draft.groups, draft.step = list(wish.tags), queries.static_groups(wish.groups), 4
    draft.save()


def _check_open(draft: Draft) -> None:
    if draft.customer_id is not None:
        raise Conflict(_("This draft has become a customer already."), code="finished")


def _check_consent(draft: Draft) -> None:
    if rules.INSIGHT not in draft.consented:
        raise Refused(_("The customer's consent is missing. Sign in and consent first."), code="no_consent")


def _carry_over(draft: Draft, earlier: Draft) -> None:
    for name in ("organisation", "country", "data_centre", "first_name", "last_name", "email", "phone", "mode", "tags"):
        setattr(draft, name, getattr(earlier, name) or getattr(draft, name))
