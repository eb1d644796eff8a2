"""A receiver of change notifications with a certificate of the simulator's authority, and what it was told."""

from __future__ import annotations

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from simulator.identity.keys import issue

PATIENCE = 10.0


class Receiver:
    """Listens at `url`; `echo` changes what it gives back of a token, `status` is what it answers to notices."""

    def __init__(self, folder, *, name="localhost"):
        issue(folder, "receiver", [name])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "receiver.pem", folder / "receiver.key")
        self.echo, self.status, self.posts = lambda token: token, 202, []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}/notices"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def notices(self, wanted=1):
        """The notices of all posts, once there are so many; fails after ten seconds."""
        deadline = time.monotonic() + PATIENCE
        while len(found := [one for post in list(self.posts) for one in post["value"]]) < wanted:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found

    def tries(self, wanted):
        """Wait until so many posts came."""
        deadline = time.monotonic() + PATIENCE
        while len(self.posts) < wanted:
            assert time.monotonic() < deadline, self.posts
            time.sleep(0.02)

    def pause(self):
        """Let the simulator look."""
        time.sleep(0.02)

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                token = parse_qs(urlsplit(self.path).query).get("validationToken")
                body = self.rfile.read(int(self.headers["content-length"]))
                if token is None:
                    receiver.posts.append(json.loads(body))
                answer = receiver.echo(token[0]).encode() if token else b""
                self.send_response(200 if token else receiver.status)
                self.send_header("content-type", "text/plain")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_what):
                pass

        return Handler
