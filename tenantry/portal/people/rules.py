"""What is decided about people from values alone."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import available_timezones

import pyotp

from tenantry.kernel.errors import Refused
from tenantry.kernel.text import LANGUAGES, _

SHORTEST, LONGEST, REMEMBERED = 12, 128, 5
TELLING = 4
TIME_ZONES = frozenset(available_timezones())
MOST_INVITED = 50
INVITATION_LASTS, MOST_RESENT_A_DAY = timedelta(days=7), 5
RESET_LASTS, MOST_RESETS = timedelta(minutes=60), 3
WRONG_TRIES, LOCKED_FOR = 4, timedelta(minutes=60)
KNOWN_FOR = timedelta(days=90)
FRESH_FOR = timedelta(minutes=5)
STEP_SECONDS, STEPS_ASIDE = 30, 1
RECOVERY_CODES, RECOVERY_LENGTH, FEW_LEFT = 10, 10, 3
MOST_PASSKEYS = 10
_UNMISTAKABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")


def tidy_email(email: str) -> str:
    """The address as it is kept and shown."""
    return unicodedata.normalize("NFKC", email).strip()


def email_key(email: str) -> str:
    """What two writings of one address share (NFKC, case folded)."""
    return tidy_email(email).casefold()


def check_email(email: str) -> None:
    """Refuse what cannot be a mail address."""
    if len(email) > 254 or not _EMAIL.fullmatch(tidy_email(email)):
        raise Refused(_("Give an address such as name@example.com."), field="email")


def read_addresses(text: str) -> list[str]:
    """The addresses of a text, one a line, each once; refuses none at all, more than 50, and the line of a bad one."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            _check_line(number, line)
            found.setdefault(email_key(line), tidy_email(line))
    if not found:
        raise Refused(_("Give at least one address."), field="emails")
    if len(found) > MOST_INVITED:
        raise Refused(_("Give at most {most} addresses at once."), field="emails", most=MOST_INVITED)
    return list(found.values())


def _check_line(number: int, line: str) -> None:
    try:
        check_email(line)
    except Refused as error:
        message = _("Line {number} is no mail address: {text}")
        raise Refused(message, field="emails", number=number, text=line.strip()[:80]) from error


def check_password(password: str, email: str, organisation: str, *, common: bool) -> None:
    """Refuse a password that is short, long, common, or holds the address's local part or the organisation."""
    if len(password) < SHORTEST:
        raise Refused(_("A password has at least {length} characters."), field="password", length=SHORTEST)
    if len(password) > LONGEST:
        raise Refused(_("A password has at most {length} characters."), field="password", length=LONGEST)
    if common:
        raise Refused(_("This password is one of the most common ones. Choose another."), field="password")
    if _holds(password, email.partition("@")[0]) or _holds(password, organisation):
        raise Refused(_("A password does not hold your address or your organisation."), field="password")


def check_not_repeated(repeated: bool) -> None:  # the one thing it decides on
    """Refuse one of the last five passwords."""
    if repeated:
        raise Refused(_("This is one of your last {count} passwords. Choose another."), field="password",
                      count=REMEMBERED)  # fmt: skip


def _holds(password: str, part: str) -> bool:
    return len(part) >= TELLING and part.casefold() in password.casefold()


def locked_until(wrong: int, now: datetime) -> datetime | None:
    """Until when the fourth consecutive wrong try locks; None before it."""
    return now + LOCKED_FOR if wrong >= WRONG_TRIES else None


def plain_code(code: str) -> str:
    """A code as it was given out, however it was typed."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """Which 30-second step this code of an authenticator app is of, one either way; None for a wrong one (RFC 6238)."""
    present, plain = int(now.timestamp()) // STEP_SECONDS, plain_code(code)
    if not re.fullmatch("[0-9]{6}", plain):
        return None
    near = range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1)
    made = pyotp.TOTP(secret)
    return next((step for step in near if hmac.compare_digest(made.at(step * STEP_SECONDS), plain)), None)


def new_secret() -> str:
    """A new secret for an authenticator app: 160 bits, in base 32 (RFC 4226)."""
    return pyotp.random_base32()


def key_address(secret: str, email: str) -> str:
    """What an authenticator app reads from a picture: whose secret it is, and the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Tenantry")


def check_passkeys(held: int) -> None:
    """Refuse one passkey more than a person may have."""
    if held >= MOST_PASSKEYS:
        raise Refused(_("You have {most} passkeys. Remove one before you add another."), most=MOST_PASSKEYS)


def new_recovery_codes() -> list[str]:
    """Ten codes of ten characters that nobody mistakes for each other."""
    return [
        "".join(secrets.choice(_UNMISTAKABLE) for _sign in range(RECOVERY_LENGTH)) for _code in range(RECOVERY_CODES)
    ]


def check_deactivation(state: str, *, owner: bool) -> None:
    """Only an active or invited person is deactivated, and never the owner."""
    if owner:
        raise Refused(_("The partner's owner cannot be deactivated. Change the owner first."))
    if state == "deactivated":
        raise Refused(_("This person is deactivated already."))


def check_activation(state: str) -> None:
    """Only a deactivated person is activated."""
    if state != "deactivated":
        raise Refused(_("This person is not deactivated."))


def check_resending(sent_today: int) -> None:
    """An invitation is mailed at most five times a day."""
    if sent_today >= MOST_RESENT_A_DAY:
        raise Refused(_("This invitation was sent {most} times today. Try again tomorrow."), most=MOST_RESENT_A_DAY)


def refusal(*, right: bool, locked: bool, active: bool, admitted: bool) -> str:
    """Why a sign-in is refused, for the log alone; empty when it is not."""
    if locked:
        return "locked"
    if not right:
        return "wrong"
    if not admitted:
        return "network"
    return "" if active else "deactivated"


def check_profile(values: Mapping[str, str]) -> None:
    """Refuse names, contact line, language or time zone that cannot be."""
    for field in ("first_name", "last_name"):
        check_length(values[field], field, 1, 60)
    check_length(values["organisation"], "organisation", 2, 120)
    check_length(values["phone"], "phone", 0, 40)
    if values["language"] not in dict(LANGUAGES):
        raise Refused(_("Choose one of the languages."), field="language")
    if values["time_zone"] not in TIME_ZONES:
        raise Refused(_("Choose one of the time zones."), field="time_zone")


def check_length(text: str, field: str, shortest: int, longest: int) -> None:
    """Refuse text outside its length, or with control characters."""
    if not shortest <= len(text) <= longest:
        raise Refused(_("Give {shortest} to {longest} characters."), field=field, shortest=shortest, longest=longest)
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise Refused(_("Leave out line breaks and control characters."), field=field)


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """What a person calls the browser of a user agent; empty where it is none that we know."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser
