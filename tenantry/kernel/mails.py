"""A letter as it leaves: HTML with a text part made of it; and the folder that keeps the demo's letters."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage as Parsed
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from tenantry.kernel import clock
from tenantry.kernel.errors import Missing

MOST_SHOWN = 200
BLOCKS = frozenset({"p", "div", "h1", "h2", "li", "tr", "td", "table", "ul"})
SILENT = frozenset({"head", "style", "script", "title"})


@dataclass(frozen=True)
class Letter:
    """One mail to one address; `key` names it for ever, so that a repeated one is known as the same."""

    key: str
    sender: str
    to: str
    subject: str
    html: str

    def send(self) -> None:
        """Hand it to the mail server; OSError or SMTPException where that did not take it."""
        mail = EmailMultiAlternatives(
            " ".join(self.subject.split()), plain(self.html), _from(self.sender), [self.to],
            headers={"Message-ID": f"<{self.key}@{settings.SIGN_IN_HOST}>", "Date": _date(clock.now()),
                     "Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        mail.attach_alternative(self.html, "text/html")
        mail.send()


def _from(name: str) -> str:
    user, _at, domain = settings.MAIL_FROM.rpartition("@")
    return str(Address(" ".join(name.split()), user, domain))


def _date(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")


def plain(html: str) -> str:
    """The words of an HTML letter, each block a paragraph, each link with its address."""
    reader = _Words()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in "".join(reader.found).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


class _Words(HTMLParser):
    """Collects what a reader without pictures and styles would see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""
        elif tag == "br" or tag in BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent -= 1
        elif tag == "a" and self._href:
            self.found.append(f":\n{self._href}\n")
            self._href = ""
        elif tag in BLOCKS:
            self.found.append("\n\n" if tag in {"p", "h1", "h2"} else "\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


class Folder(BaseEmailBackend):
    """Keeps each mail as a file instead of sending it; a repeated one replaces itself."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them; returns how many."""
        settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            key = re.sub(r"[^\w-]", "", str(message.extra_headers["Message-ID"]).partition("@")[0])
            unfinished = settings.MAIL_FOLDER / f"{key}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.replace(settings.MAIL_FOLDER / f"{key}.eml")
        return len(email_messages)


class Line(NamedTuple):
    """A paragraph of a text part, or the address of a link alone."""

    text: str
    is_link: bool


@dataclass(frozen=True)
class Kept:
    """A mail of the folder."""

    key: str
    sender: str
    to: str
    subject: str
    at: datetime
    text: str
    html: str

    @property
    def lines(self) -> list[Line]:
        """The paragraphs of the text part."""
        return [Line(line, line.startswith(("https://", "http://"))) for line in self.text.splitlines() if line]


def kept() -> list[Kept]:
    """The newest mails of the folder, newest first."""
    paths = sorted(settings.MAIL_FOLDER.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_read(path) for path in paths[:MOST_SHOWN]]


def kept_one(key: str) -> Kept:
    """One mail of the folder; Missing where there is none of this key."""
    path = settings.MAIL_FOLDER / f"{key}.eml"
    if not re.fullmatch(r"[\w-]{1,80}", key) or not path.exists():
        raise Missing
    return _read(path)


def _read(path: Path) -> Kept:
    with path.open("rb") as file:
        mail: Any = BytesParser(_class=Parsed, policy=email.policy.default).parse(file)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    at = parsedate_to_datetime(mail["Date"])
    return Kept(path.stem, str(mail["From"]), str(mail["To"]), str(mail["Subject"]), at, text, html)
