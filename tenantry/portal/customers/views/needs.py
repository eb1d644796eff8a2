"""What of a customer needs a person, each with the button that answers it."""

from __future__ import annotations

from django.urls import reverse

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Problem
from tenantry.kernel.text import _, ngettext, say
from tenantry.kernel.web.parts import Difference, Need
from tenantry.kernel.web.templatetags.format import moment
from tenantry.portal.customers.models import AppProfile, Customer
from tenantry.portal.customers.queries import Overview


def of(overview: Overview, actor: Actor) -> list[Need]:
    """Lost and reduced consent first, then what is not decided; a disconnected customer needs nobody."""
    if overview.customer.state == Customer.State.DISCONNECTED:
        return []
    found = [_consent(profile, overview, actor) for profile in overview.troubled]
    customer = overview.customer
    if customer.mode == Customer.Mode.UNDECIDED:
        act = _("Decide now") if actor.holds("customers.edit") else ""
        found.append(Need("soon", _("Nobody has decided who manages the tenant."),
                          _("Until then services cannot be started."), act,
                          reverse("customer-mode", kwargs={"customer_id": customer.pk})))  # fmt: skip
    return found


def _consent(profile: AppProfile, overview: Overview, actor: Actor) -> Need:
    href = reverse("customer-consent", kwargs={"customer_id": profile.customer_id, "profile_id": profile.pk})
    act = _("Ask for it again") if actor.holds("customers.consent") else ""
    if profile.status == AppProfile.Status.EXPIRED:
        fact = say(_("{name}’s consent has ended."), name=overview.customer.organisation)
        return Need("failed", fact, _last_read(overview), act, href, "plug-connected-x")
    count = len(profile.missing)
    fact = ngettext("Insight lacks {count} permission.", "Insight lacks {count} permissions.", count)
    reason = say(_("The customer has taken back {permissions}."), permissions=", ".join(profile.missing))
    return Need("soon", say(fact, count=count), reason, act, href, "plug-connected-x")


def _last_read(overview: Overview) -> str:
    at = overview.last_read
    return say(_("Nothing has been read since {time}."), time=moment(at)) if at else _("Nothing has been read.")


def modes() -> list[tuple[str, str, str]]:
    """Who may manage a tenant, and what that means."""
    meaning = {
        Customer.Mode.UNDECIDED: _("Services may be added, but not started."),
        Customer.Mode.PARTNER: _("Everything that your roles allow."),
        Customer.Mode.CUSTOMER: _("No premium or add-on service is offered; what was read stays readable."),
    }
    return [(mode.value, str(mode.label), meaning[mode]) for mode in Customer.Mode]


def against(customer: Customer, wished: str, error: Problem | None) -> list[Difference]:
    """The decision that is stored and the one that came too late; nothing unless somebody else was first."""
    if not isinstance(error, Conflict):
        return []
    return [Difference(_("Management"), customer.get_mode_display(), Customer.Mode(wished).label)]
