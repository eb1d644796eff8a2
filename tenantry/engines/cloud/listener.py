"""Where Microsoft posts notices of change: a small TLS listener of a worker that answers at once and believes nothing.

Microsoft Graph: change notifications through webhooks. A new address is asked to give a token back; later posts are
answered with 202 within the ten seconds that Microsoft waits, before anything is done about them.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from tenantry.engines.cloud.notices import Notice, notices_in

PATH = "/notices"
LARGEST_BODY = 1 << 20
LONGEST_TOKEN = 1_024
PATIENCE = 10.0
RENEWED_EVERY = 60.0
log = logging.getLogger(__name__)
Hear = Callable[[list[Notice]], None]


class Listener:
    """Listens at host and port with a certificate and key; `hear` must return at once."""

    def __init__(self, place: tuple[str, int], certificate: Path, key: Path, hear: Hear) -> None:
        self._place, self._files, self._hear = place, (certificate, key), hear
        self.port = 0

    def serve(self, stop: threading.Event, started: threading.Event | None = None) -> None:
        """Listen until asked to stop; several workers of a machine share the port. OSError when it cannot be had."""
        asyncio.run(self._serve(stop, started or threading.Event()))

    async def _serve(self, stop: threading.Event, started: threading.Event) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        stamp = self._load(context, ())
        runner = web.AppRunner(self._application(), access_log=None, keepalive_timeout=75, lingering_time=0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, *self._place, ssl_context=context, reuse_port=True)
            await site.start()
            self.port = int(runner.addresses[0][1])
            started.set()
            looked = 0.0
            while not stop.is_set():
                await asyncio.sleep(0.2)
                looked += 0.2
                if looked >= RENEWED_EVERY:
                    looked, stamp = 0.0, self._load(context, stamp)
        finally:
            await runner.cleanup()

    def _load(self, context: ssl.SSLContext, known: tuple[int, ...]) -> tuple[int, ...]:
        """Take up a certificate that was renewed; half of one is tried again at the next look."""
        stamp = tuple(file.stat().st_mtime_ns for file in self._files if file.exists())
        if stamp != known:
            try:
                context.load_cert_chain(*self._files)
            except OSError:
                if not known:
                    raise
                return known
        return stamp

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_post(PATH, self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        token = request.query.get("validationToken")
        if token is not None:
            return _echo(token)
        try:
            body = await asyncio.wait_for(request.read(), PATIENCE)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except (TimeoutError, ConnectionError):
            return web.Response(status=408)  # whoever sends half of a post is not waited for
        self._hear(notices_in(body))
        return web.Response(status=202)


def _echo(token: str) -> web.Response:
    """The handshake: the token, decoded, as plain text that no browser takes for anything else."""
    if len(token) > LONGEST_TOKEN:
        return web.Response(status=400)
    return web.Response(text=token, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
