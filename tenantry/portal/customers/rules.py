"""What may become a customer, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tenantry.kernel.errors import Refused
from tenantry.kernel.text import Text, _, lazy

INSIGHT, LINK, TENANT, CONSENT = "insight", "link", "tenant", "consent"
STEPS = ("account", "identify", "information", "confirm")
MOST_TAGS, LONGEST_TAG, MOST_RECIPIENTS = 20, 40, 10
READ_AGAIN_AFTER = 60  # seconds
ASK_AGAIN_AFTER = timedelta(minutes=15)  # when Microsoft's sign-in did not answer

_SHAREPOINT = re.compile(r"https://[a-z0-9-]{1,60}-admin\.sharepoint(-mil)?\.(com|us)/?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+")


@dataclass(frozen=True)
class Way:
    """One of the six ways to onboard; `reason` says why it cannot be used here and is empty where it can."""

    key: str
    title: Text
    detail: Text
    icon: str
    reason: Text = ""


def ways(edition: str) -> tuple[Way, ...]:
    """All six, in the order of the panel; they always stand there."""
    us, later = lazy("This edition serves US Government tenants only."), lazy("Not in this version.")
    return (
        Way("m365", lazy("Microsoft 365 global admin"), lazy("A Global Administrator of the customer signs in."),
            "building", "" if edition == "commercial" else us),
        Way("m365_gov", lazy("Microsoft 365 US Government global admin"),
            lazy("A Global Administrator of a US Government tenant signs in."), "building-skyscraper", later),
        Way("google", lazy("Google super admin"), lazy("A super administrator of the Workspace signs in."),
            "world", lazy("This installation has no Google client.")),
        Way("salesforce", lazy("Salesforce system admin"), lazy("A system administrator of the organisation signs in."),
            "cloud", lazy("This installation has no Salesforce client.")),
        Way("local", lazy("Local account"), lazy("The customer signs in with an e-mail address and a password."),
            "user", later),
        Way("link", lazy("Authorization link"),
            lazy("The customer's administrator consents; you need no account there."), "link",
            "" if edition == "commercial" else us),
    )  # fmt: skip


def way(key: str, edition: str) -> Way:
    """The way of that key; refuses one that cannot be used here."""
    found = next((each for each in ways(edition) if each.key == key), None)
    if found is None:
        raise Refused(_("Choose one of the six ways."), field="kind")
    if found.reason:
        raise Refused(str(found.reason), field="kind")
    return found


@dataclass(frozen=True)
class Account:
    """Who signed in at Microsoft, in which tenant, and what decides whether it may consent."""

    tenant_id: str
    oid: str
    upn: str
    name: str
    nationality: str
    global_administrator: bool
    sharepoint: bool


@dataclass(frozen=True)
class TenantFacts:
    """What a tenant says of itself once our app may read it."""

    tenant_id: str
    name: str
    default_domain: str
    country: str
    roles: frozenset[str]


def check_account(account: Account) -> None:
    """Refuse an account that may not consent, a tenant of another cloud, and one without a SharePoint Online plan."""
    if account.nationality:
        raise Refused(_("{account} belongs to a US Government tenant. This way serves commercial tenants only."),
                      code="nationality", account=account.upn)  # fmt: skip
    if not account.global_administrator:
        raise Refused(_("This account may not consent. Use a Global Administrator or send a link."),
                      code="not_global_administrator")  # fmt: skip
    if not account.sharepoint:
        raise Refused(_("{account} has no SharePoint Online plan. Use a Global Administrator that has one."),
                      code="no_sharepoint", account=account.upn)  # fmt: skip


def check_same_tenant(expected: str, answered: str) -> None:
    """Refuse the answer of another tenant than the one that signed in."""
    if expected.casefold() != answered.casefold():
        raise Refused(_("You signed in to a different tenant."), code="different_tenant")


@dataclass(frozen=True)
class Information:
    """What the third step asks: who the customer is, and where its data is kept."""

    organisation: str
    country: str
    data_centre: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    mode: str = "undecided"
    tags: tuple[str, ...] = ()
    groups: frozenset[int] = field(default=frozenset())


def check_information(wish: Information, countries: Iterable[str], modes: Iterable[str]) -> None:
    """Refuse names, addresses and numbers that cannot be."""
    if not 2 <= len(wish.organisation) <= 120:
        raise Refused(_("The organisation's name has 2 to 120 characters."), field="organisation")
    if wish.country not in countries:
        raise Refused(_("Choose the customer's country."), field="country")
    if wish.mode not in modes:
        raise Refused(_("Choose who manages the tenant."), field="mode")
    for name in ("first_name", "last_name"):
        if len(getattr(wish, name)) > 60:
            raise Refused(_("A name has at most 60 characters."), field=name)
    if wish.email and (len(wish.email) > 254 or not _EMAIL.fullmatch(wish.email)):
        raise Refused(_("This is not an e-mail address."), field="email")
    if len(wish.phone) > 40:
        raise Refused(_("A phone number has at most 40 characters."), field="phone")
    check_tags(wish.tags)


def check_data_centre(code: str, offered: Iterable[str]) -> None:
    """Refuse a data centre that this installation does not offer; which one is the person's choice (decision 44)."""
    if code not in offered:
        raise Refused(_("Choose a data centre."), field="data_centre")


def check_tags(tags: tuple[str, ...]) -> None:
    """Refuse more than 20 tags, and one that is empty or over 40 characters."""
    if len(tags) > MOST_TAGS:
        raise Refused(_("A customer wears at most {most} tags."), most=MOST_TAGS, field="tags")
    if any(not 1 <= len(tag) <= LONGEST_TAG for tag in tags):
        raise Refused(_("A tag has 1 to {longest} characters."), longest=LONGEST_TAG, field="tags")


def check_typed(name: str, typed: str) -> None:
    """Refuse a grave act unless the customer's name was typed, letter for letter but for spaces around it."""
    if " ".join(typed.split()) != " ".join(name.split()):
        raise Refused(_("Type the customer’s name exactly as it stands here."), field="typed", code="typed")


@dataclass(frozen=True)
class Invited:
    """Whom a link is for, who is told of it, and whether it is mailed."""

    email: str
    recipients: tuple[str, ...] = ()
    mailed: bool = False


def check_invited(invited: Invited, known: Iterable[str]) -> None:
    """Refuse a link for nobody, and recipients that no user of the portal is."""
    if not invited.email:
        raise Refused(_("Enter the e-mail address of the customer’s administrator."), field="email")
    if len(invited.email) > 254 or not _EMAIL.fullmatch(invited.email):
        raise Refused(_("This is not an e-mail address."), field="email")
    check_recipients(invited.recipients, known)


def check_tenant(name: str, sharepoint_admin: str) -> None:
    """Refuse a friendly name that is too long, and an address that is no SharePoint admin centre's."""
    if len(name) > 120:
        raise Refused(_("A name has at most 120 characters."), field="name")
    if sharepoint_admin and not _SHAREPOINT.fullmatch(sharepoint_admin):
        raise Refused(_("A SharePoint admin address looks like https://contoso-admin.sharepoint.com."),
                      field="sharepoint_admin")  # fmt: skip


def check_groups(wished: frozenset[int], own: frozenset[int] | None) -> None:
    """Refuse a limited person (`own` is a set) who names no group of the own scope, or one beyond it."""
    if own is None:
        return
    if not wished:
        raise Refused(_("Choose at least one of your groups, or you would not see the customer."), field="groups")
    if not wished <= own:
        raise Refused(_("Choose groups of your own."), field="groups")


def split_words(text: str) -> tuple[str, ...]:
    """Words of a list as people type it: parted by commas, semicolons or lines; each once, in their order."""
    words = (" ".join(word.split()) for word in re.split(r"[,;\n、]", text))
    return tuple(dict.fromkeys(word for word in words if word))


def check_recipients(addresses: tuple[str, ...], known: Iterable[str]) -> None:
    """Refuse more than ten, and an address that no user of the portal has."""
    if len(addresses) > MOST_RECIPIENTS:
        raise Refused(_("At most {most} people can be told."), most=MOST_RECIPIENTS, field="recipients")
    present = {address.casefold() for address in known}
    for address in addresses:
        if address.casefold() not in present:
            raise Refused(_("No user of this portal has the address {address}."), address=address, field="recipients")


@dataclass(frozen=True)
class Outcome:
    """How the last step ended; `customer` is the new one, or the one that has the tenant already."""

    code: str
    customer: int | None = None

    @property
    def done(self) -> bool:
        """Whether a customer came of it."""
        return self.code == "onboarded"


def outcome_text(code: str) -> Text:
    """What a person is told of an outcome other than `onboarded`."""
    return {
        "already_yours": lazy("This organisation is already your customer. Nothing was changed."),
        "managed_elsewhere": lazy(
            "This organisation is connected to another partner and must be released there first."
        ),
        "exists_disconnected": lazy(
            "This organisation was your customer and is disconnected. Reconnect it, and its history goes on."
        ),
        "is_yourself": lazy("This is your own directory."),
        "registration_failed": lazy("The tenant could not be registered. Your draft is kept; try again."),
        "customer_missing": lazy("The customer was deleted in the meantime."),
    }.get(code, lazy("The customer could not be written. Your draft is kept; try again."))


def consent_status(reason: str) -> str:
    """The status of an app profile after a refused read: consent gone, or less than was given."""
    return "expired" if reason == "no_consent" else "insufficient"


@dataclass(frozen=True)
class Health:
    """What an app profile is: its status, and the permissions that are missing."""

    status: str
    missing: tuple[str, ...] = ()


def health(given: Iterable[str], needed: Iterable[str]) -> Health:
    """What a token's permissions make of an app that needs these."""
    missing = tuple(sorted(set(needed) - set(given)))
    return Health("insufficient", missing) if missing else Health("active")


def next_check(now: datetime) -> datetime:
    """The next 01:30 UTC, when every app profile is asked about."""
    tonight = now.astimezone(UTC).replace(hour=1, minute=30, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


TOLD = frozenset({
    "no_licence", "app_credential", "app_expired", "ca_blocked", "refused", "not_in_this_cloud", "concealed",
})  # fmt: skip
"""Reasons for an unknown kind that somebody can do something about and that no app profile tells already."""


def is_worth_a_look(bought: int, assigned: int) -> bool:
    """Whether unassigned seats are many: at least five, and a tenth of what is bought."""
    free = bought - assigned
    return free >= 5 and free * 10 >= bought


def minutes_left(done: int, expected: int, seconds: float) -> int | None:
    """How long a read will take at its present pace, in whole minutes; None while that cannot be said."""
    if done <= 0 or seconds < 5 or expected <= done:
        return None
    return max(1, round((expected - done) * seconds / done / 60))


def app_title(app: str) -> Text:
    """An app's name as people know it; the same in every language."""
    return {"insight": "Insight"}.get(app, app.replace("_", " ").capitalize())


def may_read_again(asked_before: float) -> bool:
    """Whether a fresh read may be asked for, by the seconds since the last wish."""
    return asked_before >= READ_AGAIN_AFTER


def split_name(name: str) -> tuple[str, str]:
    """First and last name of a display name, as a proposal that a person corrects; the last word is the last name."""
    first, _space, last = " ".join(name.split()).rpartition(" ")
    return first[:60], last[:60]
