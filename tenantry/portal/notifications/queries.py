"""What the bell shows, and what mails say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import css_inline
from django.db.models import Count, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from tenantry.kernel import ports, registry
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing
from tenantry.kernel.mails import Letter
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import Given, Written
from tenantry.kernel.offers import MailKind, NoticeKind
from tenantry.kernel.text import say, speaking
from tenantry.portal.notifications.models import Mail, Notice
from tenantry.portal.partners import queries as partners

PAGE = 30


@dataclass(frozen=True)
class Line:
    """One row of the bell, in the reader's language."""

    id: int
    severity: str
    text: str
    href: str
    at: datetime
    count: int
    unread: bool


def kinds() -> dict[str, NoticeKind]:
    """The notice kinds that present folders offer, by the name of their fact."""
    return {kind.fact: kind for kind in registry.offers(NoticeKind)}


def unread(actor: Actor) -> int:
    """How many notices of the person wait to be read."""
    found = _UNREAD.first(person=actor.id)
    return found[0] if found else 0


def _unread() -> QuerySet[Notice, tuple[int]]:
    waiting = Notice.objects.filter(person_id=Given("person"), state=Notice.State.NEW).order_by()
    return waiting.values("person_id").annotate(n=Count("pk")).values_list("n")


_UNREAD = Written(_unread)


def lines(actor: Actor, area: str = "", *, only_unread: bool = False) -> list[Line]:
    """The newest 30 notices whose customers the person may still see, newest first."""
    rows = Notice.objects.filter(person_id=actor.id).order_by("-at")
    rows = rows.filter(state=Notice.State.NEW) if only_unread else rows
    offered = {name: kind for name, kind in kinds().items() if area in ("", kind.area)}
    seen = _visible(rows.filter(kind__in=offered), actor)
    facts = {fact.id: fact for fact in FactRow.objects.filter(id__in=[row.fact_id for row in seen])}
    return [_line(row, offered[row.kind], facts[row.fact_id]) for row in seen if row.fact_id in facts]


def notice(actor: Actor, notice_id: int) -> Notice:
    """One notice of the person; Missing for anybody else's."""
    found = Notice.objects.filter(person_id=actor.id, pk=notice_id).first()
    if found is None:
        raise Missing
    return found


def _visible(rows: QuerySet[Notice], actor: Actor) -> list[Notice]:
    if not actor.everywhere("customers.view"):
        visible = ports.resolver().customers(actor, "customers.view")
        rows = rows.filter(Q(customer_id__isnull=True) | Q(customer_id__in=visible))
    return list(rows[:PAGE])


def _line(row: Notice, kind: NoticeKind, fact: FactRow) -> Line:
    return Line(row.id, kind.severity, kind.text(fact), kind.href(fact), row.at, row.count,
                row.state == Notice.State.NEW)  # fmt: skip


def mail_kinds() -> dict[str, MailKind]:
    """The kinds of mail that present folders offer, by their key."""
    return {kind.key: kind for kind in registry.offers(MailKind)}


def mail(mail_id: int) -> Mail:
    """One mail; Missing once its person is gone."""
    found = Mail.objects.select_related("person").filter(pk=mail_id).first()
    if found is None:
        raise Missing
    return found


def letter(row: Mail) -> Letter | None:
    """A mail in its receiver's language and the partner's name, its links computed now; None where nobody wants it."""
    kind, fact = mail_kinds()[row.kind], FactRow.objects.get(id=row.fact_id)
    partner = partners.partner()
    spoken = row.language or (row.person.language if row.person else "") or "en"
    with speaking(spoken):
        offered = kind.context(fact, row.to)
        if offered is None:
            return None
        context = {"partner_name": partner.name, "product_name": "Tenantry"} | dict(offered)
        html = render_to_string(kind.template, context | {"language": translation.get_language()})
        subject = say(kind.subject, **context)
    styled = css_inline.inline(
        html, extra_css=render_to_string("notifications/mail.css"), load_remote_stylesheets=False
    )
    to = row.person.email if row.person else row.to.address
    return Letter(f"mail-{row.pk}", partner.name, to, subject, styled)
