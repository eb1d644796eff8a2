"""Mails leave one by one; a server that is away is asked again for 48 hours."""

from __future__ import annotations

import logging
import smtplib

from tenantry.engines.durable import here, step, task
from tenantry.kernel import clock
from tenantry.kernel.errors import Later, Missing
from tenantry.kernel.mails import Letter
from tenantry.kernel.text import lazy
from tenantry.portal.notifications import actions, queries
from tenantry.portal.notifications.models import Mail

log = logging.getLogger(__name__)
NEEDED = frozenset({"notifications.configure"})
REFUSED = 500  # SMTP replies from here on do not ask for patience


@task("notifications.send_mail", permissions=NEEDED, title=lazy("Send a mail"))
def send_mail(mail_id: int) -> None:
    """Send a waiting mail once; run twice, it finds it sent."""
    step("send", _send, mail_id)


def _send(mail_id: int) -> str:
    letter = _letter(mail_id)
    if letter is None:
        return "nothing to send"
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as error:
        return _failed(mail_id, error)
    with here().opened() as opened:
        actions.mail_sent(opened.actor, queries.mail(mail_id))
    return "sent"


def _letter(mail_id: int) -> Letter | None:
    """What to send; the server is spoken to when no transaction is open."""
    with here().opened() as opened:
        try:
            mail = queries.mail(mail_id)
        except Missing:
            return None
        if mail.state != Mail.State.WAITING:
            return None
        letter = queries.letter(mail)
        if letter is None:
            actions.mail_unwanted(opened.actor, mail)
        return letter


def _failed(mail_id: int, error: Exception) -> str:
    log.warning("Mail %s was not taken: %s.", mail_id, type(error).__name__)  # its words may hold the address
    with here().opened() as opened:
        due = actions.mail_failed(opened.actor, queries.mail(mail_id), for_good=_for_good(error))
    if due is None:
        return "failed"
    raise Later(seconds=(due - clock.now()).total_seconds())


def _for_good(error: Exception) -> bool:
    """Whether the server refused the address itself."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= REFUSED for code, _words in error.recipients.values()
    )
