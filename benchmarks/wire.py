"""The simulator's warm full pages over TLS, read and not parsed, beside nginx with the same bytes.

NGINX_BINARY in the environment names nginx where it is not Debian's; without one the peer is left out.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks import place, tenants
from benchmarks.results import Figure
from benchmarks.tenants import Cloud

NGINX = Path(os.environ.get("NGINX_BINARY", "/usr/sbin/nginx"))
USERS, CONNECTIONS, ROUNDS, SECONDS = 9_990, 8, 5, 4.0  # ten full pages
NAME = f"simulator, warm pages of 999 users over TLS, {CONNECTIONS} connections"
CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type application/json; keepalive_requests 10000000; client_body_temp_path {folder}/t1;
  proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} ssl; root {folder}/served; ssl_protocols TLSv1.3;
    ssl_certificate {cloud}/leaf.pem; ssl_certificate_key {cloud}/leaf.key;
  }}
}}
"""


def measure() -> list[Figure]:
    """Pages a second; medians of rounds in turn."""
    with tenants.simulated(place.DATA / "cloud-wire", [USERS], ["User.Read.All"]) as cloud:
        headers = {"Authorization": f"Bearer {_token(cloud)}"}
        pages = _pages(cloud, headers)
        ours, size = list(pages), sum(map(len, pages.values()))
        if not NGINX.exists():
            print("  There is no nginx on this machine, so nothing stands beside the simulator.")
            found = [_rate(cloud, ours, size, headers) for _ in range(ROUNDS)]
            return [Figure(NAME, statistics.median(found), "pages/s", "no nginx on the machine")]
        with _nginx(cloud, list(pages.values())) as theirs:
            rounds = [(_rate(cloud, ours, size, headers), _rate(cloud, theirs, size, {})) for _ in range(ROUNDS)]
    rate, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [Figure(NAME, rate, "pages/s", "nginx, the same bytes", peer)]


def _token(cloud: Cloud) -> str:
    form = {"grant_type": "client_credentials", "client_id": cloud.app[0], "client_secret": cloud.app[1],
            "scope": "https://graph.microsoft.com/.default"}  # fmt: skip
    url = f"{cloud.running.cloud_url}/{cloud.tenants[0]}/oauth2/v2.0/token"
    return requests.post(url, data=form, verify=cloud.running.ca, timeout=10).json()["access_token"]


def _pages(cloud: Cloud, headers: dict[str, str]) -> dict[str, bytes]:
    """Every page by its address; asked for once, it is warm."""
    address, found = f"{cloud.running.cloud_url}/v1.0/users?$top=999", {}
    while address:
        answer = requests.get(address, headers=headers, verify=cloud.running.ca, timeout=30)
        answer.raise_for_status()
        found[address] = answer.content
        address = answer.json().get("@odata.nextLink")
    return found


@contextmanager
def _nginx(cloud: Cloud, bodies: list[bytes]) -> Iterator[list[str]]:
    """One process of nginx that serves the same pages with the same certificate; their addresses."""
    folder = cloud.running.folder / "nginx"
    (folder / "served").mkdir(parents=True)
    for number, body in enumerate(bodies):
        (folder / "served" / f"{number}.json").write_bytes(body)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    written = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    written.write_text(user + CONFIGURATION.format(folder=folder, port=port, cloud=cloud.running.folder))
    process = subprocess.Popen([str(NGINX), "-c", str(written), "-e", str(folder / "nginx.log")])
    try:
        _wait_for(port, process)
        yield [f"https://localhost:{port}/{number}.json" for number in range(len(bodies))]
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("nginx did not start.")


def _rate(cloud: Cloud, addresses: list[str], size: int, headers: dict[str, str]) -> float:
    """Pages a second over some seconds; fails unless every page came whole."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        count, read, took = runner.run(_load(addresses, headers, cloud.running.ca))
    if read * len(addresses) != size * count:
        raise SystemExit(f"{count} pages had {read} bytes; each set of {len(addresses)} has {size}.")
    print(f"  {addresses[0].partition('?')[0]}: {count / took:,.0f} pages/s", flush=True)
    return count / took


async def _load(addresses: list[str], headers: dict[str, str], ca: str) -> tuple[int, int, float]:
    """Pages, bytes and seconds; each connection reads whole sets of pages until the time is over."""
    import aiohttp

    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=ca), limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, headers=headers, trust_env=False) as session:
        began = time.perf_counter()
        each = [_sets(session, addresses, began + SECONDS) for _ in range(CONNECTIONS)]
        found = await asyncio.gather(*each)
        took = time.perf_counter() - began
    return sum(count for count, _read in found), sum(read for _count, read in found), took


async def _sets(session, addresses: list[str], until: float) -> tuple[int, int]:
    count = read = 0
    while time.perf_counter() < until:
        for address in addresses:
            read += await _size(session, address)
            count += 1
    return count, read


async def _size(session, address: str) -> int:
    read = 0
    async with session.get(address) as response:
        response.raise_for_status()
        async for part in response.content.iter_any():
            read += len(part)
    return read
