"""What is open in whose name; the interface that the web door asks for."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, Given, OwnedManager, PartnerOwned, Written
from tenantry.portal.partners.models import Policy
from tenantry.portal.people import rules
from tenantry.portal.people.models.authenticator import Authenticator
from tenantry.portal.people.models.credential import Credential
from tenantry.portal.people.models.passkey import Passkey
from tenantry.portal.people.models.person import Person

KEPT_EVERY = timedelta(minutes=1)


class SessionQuery(models.QuerySet["Session"]):
    """Questions about sessions."""

    def alive(self) -> Self:
        """Those that still admit somebody."""
        now = clock.now()
        return self.filter(ended_at__isnull=True, idle_until__gt=now, ends_at__gt=now)

    def of_key(self, key: str) -> Self:
        """The one that this key opens."""
        return self.filter(key_hash=hashed(key))


class Session(PartnerOwned):
    """One browser in which one person is signed in; the key is kept as a hash, an ended session as a row."""

    class End(models.TextChoices):
        SIGNED_OUT = "signed_out"
        ENDED = "ended"
        DEACTIVATED = "deactivated"
        PASSWORD = "password"  # noqa: S105  # a reason, not a secret
        ELSEWHERE = "elsewhere"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="sessions")
    key_hash = models.CharField(max_length=64)
    method = models.CharField(max_length=12)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    idle_until = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=End, blank=True)

    objects = OwnedManager.from_queryset(SessionQuery)()  # type: ignore[misc]  # a manager with questions

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_session_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "key_hash"), name="people_session_key_once"),
        ]

    @classmethod
    def open(cls, person: Person, policy: Policy, *, method: str, address: str, browser: str) -> tuple[Self, str]:
        """Begin a session; its key is given out here and never again."""
        key, now = secrets.token_urlsafe(32), clock.now()
        session = cls.objects.create(
            person=person, key_hash=hashed(key), method=method, address=address or None, browser=browser[:200],
            started_at=now, seen_at=now, proved_at=now, idle_until=now + policy.idle, ends_at=now + Policy.ABSOLUTE,
        )  # fmt: skip
        return session, key

    @property
    def browser_name(self) -> str:
        """What a person calls the browser."""
        return rules.browser_name(self.browser)

    @property
    def alive(self) -> bool:
        """Whether it still admits somebody."""
        return self.ended_at is None and clock.now() < min(self.idle_until, self.ends_at)

    def admits(self, policy: Policy, address: str) -> bool:
        """Whether it admits somebody from this address under the present policy, which may be stricter than it was."""
        return self.alive and clock.now() < self.seen_at + policy.idle and policy.admits(address)

    def left(self, policy: Policy) -> int:
        """For how many seconds it admits somebody, counting from the request that is being answered."""
        now = clock.now()
        kept = now if now - self.seen_at >= KEPT_EVERY else self.seen_at
        return max(int((min(kept + policy.idle, self.ends_at) - now).total_seconds()), 0)

    @property
    def lasts(self) -> int:
        """For how many seconds it admits somebody if nothing more is asked."""
        return max(int((min(self.idle_until, self.ends_at) - clock.now()).total_seconds()), 0)

    def keep(self, policy: Policy, every: timedelta = KEPT_EVERY) -> None:
        """A request came: idle time starts again; written at most once a minute."""
        now = clock.now()
        if self.alive and now - self.seen_at >= every:
            self.seen_at, self.idle_until = now, now + policy.idle
            Session.objects.alive().filter(pk=self.pk).update(seen_at=now, idle_until=self.idle_until)

    def prove(self) -> None:
        """The person has proved again who it is."""
        self.proved_at = clock.now()
        self.save(update_fields=["proved_at"])

    @property
    def fresh(self) -> bool:
        """Whether the proof is young enough for a sensitive act."""
        return self.proved_at is not None and clock.now() - self.proved_at <= rules.FRESH_FOR

    def close(self, reason: str) -> bool:
        """End it; False where it had ended before."""
        changed = Session.objects.filter(pk=self.pk, ended_at__isnull=True).update(ended_at=clock.now(), end=reason)
        return changed == 1


_OF_KEY = Written[Session](lambda: Session.objects.filter(key_hash=Given("key")).select_related("person"))
_POLICY = Written[Policy](lambda: Policy.objects.order_by("pk")[:1])


class SessionStore:
    """What a routing cookie's key opens, read in the scope that the cookie names, for a request from an address."""

    def __init__(self, key: str, address: str = "") -> None:
        self.session = _OF_KEY.first(key=hashed(key))
        self.policy = _POLICY.first()
        self.admitted = (
            self.session is not None and self.policy is not None and self.session.admits(self.policy, address)
        )

    def person_id(self) -> int | None:
        """Whose session it is; None for an unknown, ended or lapsed one, and from a network that is not admitted."""
        return self.session.person_id if self.session and self.admitted else None

    def former(self) -> int | None:
        """Whose session it was, for one that admits nobody any more."""
        return self.session.person_id if self.session and not self.admitted else None

    def fresh(self) -> bool:
        """Whether the person proved within five minutes who it is."""
        return self.session is not None and self.session.fresh

    def must_enrol(self) -> bool:
        """Whether the partner demands a second factor and this local person has none yet."""
        if self.session is None or self.policy is None or not self.policy.second_factor:
            return False
        person = self.session.person_id
        local = Credential.objects.filter(person_id=person).exists()
        return local and not any(model.objects.filter(person_id=person).exists() for model in (Authenticator, Passkey))

    def language(self) -> str:
        """The language of the person's profile."""
        return self.session.person.language if self.session else ""

    def time_zone(self) -> str:
        """The time zone of the person's profile."""
        return self.session.person.time_zone if self.session else ""

    def area(self) -> str:
        """The area of the menu that the person chose last."""
        return self.session.person.area if self.session else ""

    def keep(self) -> None:
        """Idle time starts again with this request."""
        if self.session and self.policy:
            self.session.keep(self.policy)

    def stay(self) -> None:
        """Idle time starts again at this moment, at the person's wish."""
        if self.session and self.policy:
            self.session.keep(self.policy, every=timedelta(0))

    def left(self) -> int:
        """For how many seconds it admits the person after this request."""
        return self.session.left(self.policy) if self.session and self.policy else 0

    def idle(self) -> int:
        """How many seconds of it may pass without a request."""
        return int(self.policy.idle.total_seconds()) if self.policy else 0

    def ended(self) -> tuple[str, datetime | None]:
        """Why and when it ended; no reason for one that lapsed, or whose network is not admitted."""
        return (self.session.end, self.session.ended_at) if self.session else ("", None)


def hashed(key: str) -> str:
    """What is stored in place of a session's key."""
    return hashlib.sha256(key.encode()).hexdigest()
