"""What happens to what people are told."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.facts import Code, Fact, Personal


@dataclass(frozen=True)
class MailUndelivered(Fact):
    """The mail server did not take a mail for 48 hours, or refused its address; `sender` is who caused it."""

    mail: int
    kind: Code
    to: Personal
    sender: int | None
