"""The pages that a person sees, in one frame that says that nothing here is real."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

STYLE = (Path(__file__).parent / "style.css").read_bytes()
ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b57a4"/>'
    b'<path d="M4 11.5h8M4 8h8M4 4.5h8" stroke="#fff" stroke-width="1.5"/></svg>'
)
_SIGN_IN = {"openid": "Sign you in", "profile": "View your basic profile", "email": "View your e-mail address",
            "offline_access": "Maintain access", "User.Read": "Sign you in and read your profile"}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What an app asks for, of whom, and whether the person may grant it."""

    app: str
    organisation: str
    upn: str
    permissions: list[str]
    for_all: bool
    may_accept: bool


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)} - Simulated Microsoft</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" type="image/svg+xml" href="/sim/icon.svg">'
        '<link rel="stylesheet" href="/sim/style.css"></head><body><main>'
        f'<p class="mark">Simulated Microsoft, invented data</p><h1>{escape(title)}</h1>{body}</main></body></html>'
    )


def message(title: str, text: str) -> str:
    """A page that only says something."""
    return page(title, f'<p role="status">{escape(text)}</p>')


def sign_in(action: str, app: str, login: str, problem: str = "") -> str:
    """The sign-in page; the cursor stands in the first field that is still to fill."""
    alert = f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    wrong = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    first, second = ("", " autofocus") if login else (" autofocus", "")
    body = (
        f"<p>to continue to {escape(app)}</p>{alert}"
        f'<form method="post" action="{escape(action)}"><label for="login">E-mail address</label>'
        f'<input id="login" name="login" type="email" autocomplete="username" required value="{escape(login)}"{wrong}'
        f'{first}><label for="password">Password</label><input id="password" name="password" type="password" '
        f'autocomplete="current-password" required{wrong}{second}><button type="submit">Sign in</button></form>'
    )
    return page("Sign in", body)


def consent(action: str, wish: Wish) -> str:
    """The consent page: every permission in words and by its name."""
    wishes = "".join(f"<li>{escape(_words(name))} <code>{escape(name)}</code></li>" for name in wish.permissions)
    scope = f"for everybody in <strong>{escape(wish.organisation)}</strong>" if wish.for_all else "for you"
    accept, barred = '<button type="submit" name="decision" value="accept">Accept</button>', ""
    if not wish.may_accept:
        accept, barred = "", '<p class="problem" role="alert">Only a Global Administrator can accept this.</p>'
    body = (
        f"<p><strong>{escape(wish.app)}</strong> asks for these permissions {scope}.</p><ul>{wishes}</ul>{barred}"
        f'<p class="hint">Signed in as {escape(wish.upn)}</p><form method="post" action="{escape(action)}" '
        f'class="choice"><button type="submit" name="decision" value="decline" class="second">Cancel</button>{accept}'
        "</form>"
    )
    return page("Permissions requested", body)


def device_code(action: str, problem: str = "") -> str:
    """The page that takes the code which a device shows."""
    alert = f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    wrong = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    body = (
        f'{alert}<form method="get" action="{escape(action)}"><label for="code">Code that your device shows</label>'
        f'<input id="code" name="code" autocomplete="off" required autofocus{wrong}>'
        '<button type="submit">Next</button></form>'
    )
    return page("Enter code", body)


def _words(permission: str) -> str:
    """A permission in plain words, made from its name's parts."""
    if permission in _SIGN_IN:
        return _SIGN_IN[permission]
    thing, _dot, rest = permission.partition(".")
    right, _dot, reach = rest.partition(".")
    verb = {"ReadWrite": "Read and write", "ReadBasic": "Read basic"}.get(right, "Read")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", thing).replace("-", " ").lower()
    named = words if words.endswith("s") else f"{words} data"
    return f"{verb} {'all ' if reach == 'All' else ''}{named}"
