"""Authorization links: made, sent again, revoked; and what the visitor who follows one may do with its draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings

from tenantry.kernel import clock, scope
from tenantry.kernel.actor import LINKED, Actor, Grant
from tenantry.kernel.errors import Conflict, Gone, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.customers import collect, queries, rules
from tenantry.portal.customers.actions.consent import consented_again
from tenantry.portal.customers.actions.finishing import join_groups, onboard
from tenantry.portal.customers.actions.onboarding import ask_consent, consent_declined, consented, identify
from tenantry.portal.customers.facts import (
    AuthorizationLinkMade,
    AuthorizationLinkOpened,
    AuthorizationLinkRevoked,
    LinkExpired,
    LinkExpiring,
)
from tenantry.portal.customers.models import AppProfile, AuthorizationLink, Customer, Draft, Handshake
from tenantry.portal.customers.rules import Account, Information, Outcome, TenantFacts
from tenantry.portal.partners.models import Partner

HELD = frozenset({"customers.onboard", "customers.consent"})
BY_LINK = "link."
"""With this the state of a link visitor's round trip begins: its answer belongs to no session of the portal."""


@whole
def make_link(
    actor: Actor, draft: Draft, wish: Information, recipients: tuple[str, ...], countries: Iterable[str],
    *, mailed: bool,
) -> AuthorizationLink:  # fmt: skip
    """Write the customer as Pending, with a link for its administrator; refuses what cannot be, like the wizard."""
    actor.require("customers.onboard")
    Partner.objects.select_for_update().get()
    if draft.customer_id is not None or draft.pending_id is not None:
        raise Conflict(_("The link of this draft has been made already."), code="finished")
    _check(actor, wish, recipients, countries)
    customer = _pending(wish)
    join_groups(actor, customer, queries.static_groups(wish.groups))
    for name in ("organisation", "country", "data_centre", "email", "mode"):
        setattr(draft, name, getattr(wish, name))
    draft.step, draft.pending_id, draft.recipients = 4, customer.pk, list(recipients)
    draft.save()
    link = AuthorizationLink(customer=customer, draft=draft, email=wish.email)
    begin_link(actor, link, mailed=mailed)
    return link


@whole
def resend(actor: Actor, link: AuthorizationLink, *, mailed: bool) -> None:
    """Let a new link lead to the draft for 72 hours; the former leads nowhere. Refuses a customer that is connected."""
    actor.require("customers.onboard", link.customer)
    link = _held(link)
    _become(link, Customer.State.PENDING)
    begin_link(actor, link, mailed=mailed)


@whole
def revoke(actor: Actor, link: AuthorizationLink) -> None:
    """Let the link lead nowhere; the draft stays for thirty days. Refuses a customer that is connected (409)."""
    actor.require("customers.onboard", link.customer)
    link = _held(link)
    link.void()
    AuthorizationLink.objects.filter(pk=link.pk).update(mind_at=None, revoked_at=clock.now())
    _become(link, Customer.State.CANCELLED)
    record(actor, AuthorizationLinkRevoked(link.customer_id, link.pk), customer=link.customer_id)


def begin_link(actor: Actor, link: AuthorizationLink, *, mailed: bool) -> None:
    """Let the link be good for 72 hours from now, and have it mailed if asked."""
    actor.require("customers.view", link.customer)
    link.begin(actor.id)
    fact = AuthorizationLinkMade(link.customer_id, link.pk, Code(link.draft.kind), mailed)
    record(actor, fact, customer=link.customer_id)


def enter(actor: Actor, link: AuthorizationLink, browser: str) -> str:
    """Bind the link to the visitor's browser and begin the first round trip; Gone for any other browser."""
    actor.require(LINKED, link)
    link.check_browser(browser)
    if not link.browser:
        link.browser, link.opened_at = browser, clock.now()
        link.save(update_fields=["browser", "opened_at"])
        record(actor, AuthorizationLinkOpened(link.customer_id, link.pk), customer=link.customer_id)
    row, state = Handshake.begin(actor.id, browser, Handshake.Purpose.SIGN_IN, BY_LINK, draft=link.draft)
    return collect.sign_in_address(state, row.verifier, row.nonce)


def take_by_link(actor: Actor, link: AuthorizationLink, browser: str, state: str) -> Handshake:
    """Use up the round trip of a link's visitor; refuses a state that began none for this link and browser."""
    actor.require(LINKED, link)
    link.check_browser(browser)
    shaken = Handshake.take(actor.id, browser, state)
    if shaken.draft_id != link.draft_id:
        raise Gone
    return shaken


def identify_by_link(actor: Actor, link: AuthorizationLink, account: Account, browser: str) -> str:
    """Remember who signed in, as the wizard does, and begin the second round trip."""
    actor.require(LINKED, link)
    expected = link.draft.tenant_id if link.draft.kind == rules.CONSENT else account.tenant_id
    rules.check_same_tenant(expected, account.tenant_id)
    with scope.acting(_for_draft(actor)) as opened:
        identify(opened.actor, link.draft, account)
        return ask_consent(opened.actor, link.draft, browser, BY_LINK)


def decline_by_link(actor: Actor, link: AuthorizationLink, reason: str) -> None:
    """Keep Microsoft's reason with the draft; the link stays good."""
    actor.require(LINKED, link)
    with scope.acting(_for_draft(actor)) as opened:
        consent_declined(opened.actor, link.draft, reason)


def complete(actor: Actor, link: AuthorizationLink, tenant: TenantFacts) -> Outcome:
    """Connect the customer with the consent just given; the link has done its work once that succeeds."""
    actor.require(LINKED, link)
    with scope.acting(_for_draft(actor)) as opened:
        consented(opened.actor, link.draft, tenant)
        outcome = _finished(opened.actor, link.draft, tenant)
    if outcome.done:
        link.use()
    return outcome


def _finished(actor: Actor, draft: Draft, tenant: TenantFacts) -> Outcome:
    if draft.kind != rules.CONSENT:
        return onboard(actor, draft, tuple(draft.recipients))
    profiles = AppProfile.of_partner.filter(tenant__tenant_id=tenant.tenant_id, app=draft.apps[0])
    profile = profiles.select_related("tenant", "customer").first()
    if profile is None or profile.customer.state != Customer.State.ACTIVE:
        return Outcome("customer_missing")
    consented_again(actor, profile, tenant, account=draft.account)
    draft.customer_id = profile.customer_id
    draft.save()
    return Outcome("onboarded", profile.customer_id)


def mind(actor: Actor, link: AuthorizationLink) -> None:
    """Tell, once, that an unopened link ends within 24 hours; at its end the customer is Expired, the draft stays."""
    actor.require("customers.view", link.customer)
    link, now = AuthorizationLink.of_partner.select_for_update().get(pk=link.pk), clock.now()
    customer = link.customer
    if link.is_done:
        link.mind_at = None
    elif now >= link.ends_at:
        link.mind_at = None
        _become(link, Customer.State.EXPIRED)
        record(
            actor, LinkExpired(customer.pk, link.pk, Personal(customer.organisation), _told(link)), customer=customer.pk
        )
    else:
        if link.opened_at is None and link.warned_at is None:
            link.warned_at = now
            fact = LinkExpiring(customer.pk, link.pk, Personal(customer.organisation), _told(link))
            record(actor, fact, customer=customer.pk)
        link.mind_at = link.next_look(now)
    link.save(update_fields=["mind_at", "warned_at"])


def _check(actor: Actor, wish: Information, recipients: tuple[str, ...], countries: Iterable[str]) -> None:
    if not wish.email:
        raise Refused(_("Enter the e-mail address of the customer’s administrator."), field="email")
    rules.check_information(wish, countries, Customer.Mode.values)
    rules.check_data_centre(wish.data_centre, settings.REGIONS)
    rules.check_groups(wish.groups, queries.own_groups(actor, "customers.onboard"))
    rules.check_recipients(recipients, queries.people_by_address(recipients))


def _pending(wish: Information) -> Customer:
    return Customer.objects.create(
        number=Customer.next_number(), organisation=wish.organisation, country=wish.country, email=wish.email,
        kind=Customer.Kind.M365, data_centre=wish.data_centre, mode=wish.mode, state=Customer.State.PENDING,
    )  # fmt: skip


def _held(link: AuthorizationLink) -> AuthorizationLink:
    link = AuthorizationLink.objects.select_for_update().select_related("draft").get(pk=link.pk)
    if link.is_done:
        raise Conflict(_("{name} is connected already."), name=link.customer.organisation, code="finished")
    return link


def _become(link: AuthorizationLink, state: str) -> None:
    """Only a customer that waits for the link changes with it; a connected one stays what it is."""
    if link.draft.joins_id is None:
        link.customer.state = state
        link.customer.save()


def _told(link: AuthorizationLink) -> tuple[int, ...]:
    people = queries.people_by_address(link.draft.recipients)
    return tuple(dict.fromkeys((link.made_by, *people.values())))


def _for_draft(actor: Actor) -> Actor:
    """The visitor may do with the one draft what onboarding asks for; only inside the acts above."""
    return replace(actor, grants=(Grant(HELD, None),))
