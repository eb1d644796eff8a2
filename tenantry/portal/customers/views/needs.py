"""What of a customer needs a person, each with the button that answers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Problem
from tenantry.kernel.text import _, ngettext, say
from tenantry.kernel.web.parts import Difference, Need
from tenantry.kernel.web.templatetags.format import figure, moment
from tenantry.portal.customers import rules
from tenantry.portal.customers.models import AppProfile, Customer
from tenantry.portal.customers.queries import Overview
from tenantry.portal.customers.views.reading import Line


def of(overview: Overview, actor: Actor, lines: Sequence[Line] = ()) -> list[Need]:
    """Lost and reduced consent first, then what is not decided, not read, not used; a disconnected one needs nobody."""
    if overview.customer.state == Customer.State.DISCONNECTED:
        return []
    found = [_consent(profile, overview, actor) for profile in overview.troubled]
    customer = overview.customer
    if customer.mode == Customer.Mode.UNDECIDED:
        act = _("Decide now") if actor.holds("customers.edit") else ""
        found.append(Need("soon", _("Nobody has decided who manages the tenant."),
                          _("Until then services cannot be started."), act,
                          reverse("customer-mode", kwargs={"customer_id": customer.pk})))  # fmt: skip
    return [*found, *_silent(overview), *_unread(overview, lines), *_unused(overview)]


def _silent(overview: Overview) -> Iterator[Need]:
    """Microsoft's sign-in does not answer for an app: nobody can help it, but everybody should know."""
    for profile in overview.profiles:
        if profile.silent_since is not None:
            fact = _("Microsoft does not say whether the consent holds.")
            reason = say(_("Asked since {time}; asked again every 15 minutes."), time=moment(profile.silent_since))
            yield Need("unknown", fact, reason)


def _unread(overview: Overview, lines: Sequence[Line]) -> Iterator[Need]:
    """Kinds that cannot be read for another reason than consent, by reason: a licence, a policy of the tenant."""
    reasons = sorted({line.view.reason for line in lines} & rules.TOLD)
    for reason in reasons:
        views = [line.view for line in lines if line.view.reason == reason]
        count, names = len(views), ", ".join(str(view.title) for view in views)
        fact = ngettext("{count} kind cannot be read.", "{count} kinds cannot be read.", count)
        yield Need("unknown", say(fact, count=count), f"{names}. {views[0].stamp.title}", _("See what is read"),
                   reverse("customer-tenants", kwargs={"customer_id": overview.customer.pk}))  # fmt: skip


def _unused(overview: Overview) -> Iterator[Need]:
    """Seats that are paid for and idle, once they are worth a look."""
    found = overview.figures
    bought, assigned = (found.seats_bought.value, found.seats_assigned.value) if found else (None, None)
    if bought is None or assigned is None or not rules.is_worth_a_look(int(bought), int(assigned)):
        return
    free = int(bought) - int(assigned)
    fact = ngettext("{count} Microsoft seat is bought and unassigned.",
                    "{count} Microsoft seats are bought and unassigned.", free)  # fmt: skip
    reason = say(_("{free} of {bought}."), free=figure(free), bought=figure(bought))
    href = reverse("customer-licences", kwargs={"customer_id": overview.customer.pk})
    yield Need("idle", say(fact, count=figure(free)), reason, _("Review seats"), f"{href}?view=m365", "receipt")


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
