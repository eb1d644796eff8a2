"""Whole deployments of the tests: a data folder of their own, and the commands and processes that an operator runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests

from tenantry.engines.postgres import addresses, server
from tenantry.shell.walker import Walker
from tests import plugin
from tests.journeys.conftest import OURS

REGIONS = ("de-westcentral", "ch-north")
DATABASES = (*REGIONS, "dbos", "directory")
PATIENCE = 60.0
DJANGO = {"DJANGO_SETTINGS_MODULE": "tenantry.config.settings"}
CONTENT = """SELECT md5(string_agg(row, '|' ORDER BY row)) FROM (SELECT t::text AS row FROM {} t) rows"""
TABLES = """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname IN ('public', 'dbos') AND tablename <> 'django_migrations' ORDER BY 1"""


@dataclass
class Deployment:
    """A data folder, and what else its environment says."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    root: Path = plugin.ROOT

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        given = {"TENANTRY_DATA": str(self.folder), "REGIONS": ",".join(REGIONS), "CLOUD": "simulator"}
        return {**kept, **given, **self.more}

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess:
        """A command of the operator's."""
        command = [sys.executable, "-m", "tenantry.shell.cli", *words]
        return subprocess.run(command, cwd=self.root, env={**self.environment, **more}, capture_output=True, text=True,
                              timeout=180, check=False)  # fmt: skip

    def python(self, program: str, *words: str) -> object:
        """What a program prints as JSON, run with this deployment's settings."""
        done = subprocess.run([sys.executable, "-c", program, *words], cwd=self.root, env=self.environment | DJANGO,
                              capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)

    def connect(self, alias: str) -> psycopg.Connection:
        """The database of an alias, as its server's administrator."""
        url = self.more.get(f"REGION_{alias.upper().replace('-', '_')}_URL", self.more.get("DATABASE_URL", ""))
        return psycopg.connect(**addresses.admin(self.folder, url, alias), autocommit=True)

    def content(self, alias: str) -> dict[str, str]:
        """A sum over the rows of each table."""
        with self.connect(alias) as connection:
            names = [name for (name,) in connection.execute(TABLES)]
            return {name: connection.execute(CONTENT.format(name)).fetchone()[0] for name in names}

    @contextmanager
    def kept(self):
        """Its private server stays up between the commands."""
        with server.running(self.folder, **plugin.UNSAFE_BUT_FAST):
            yield self

    @contextmanager
    def processes(self):
        """Starts processes by the words of a command, or of a program's call, and stops them all at the end."""
        running: list[subprocess.Popen] = []

        def start(*words: str) -> subprocess.Popen:
            running.append(_started(self, words))
            return running[-1]

        try:
            yield start
        finally:
            _stop(running)


def _started(deployment: Deployment, words: tuple[str, ...]) -> subprocess.Popen:
    command = list(words) if words[0] == sys.executable else [sys.executable, "-m", "tenantry.shell.cli", *words]
    with (deployment.folder / f"{words[-1]}.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=deployment.root, env={**deployment.environment, **DJANGO}, stdout=log, stderr=log
        )


def _stop(running: list[subprocess.Popen]) -> None:
    """All are asked before the first is waited for."""
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, seconds: float = PATIENCE):
    """What the question answers, asked until it answers something."""
    deadline = time.monotonic() + seconds
    while True:
        if found := what():
            return found
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.2)


def local(port: int) -> str:
    """The address of a web process of this machine."""
    return f"http://localhost:{port}"


def ready(address: str) -> dict:
    """What a web process says of its regions, once it answers."""

    def asked():
        try:
            return requests.get(f"{address}/readyz", timeout=5).json()
        except (requests.ConnectionError, requests.Timeout):
            return None

    return until(asked)


def signed_in(address: str, email: str, password: str) -> Walker:
    """A person who has just signed in at a web process."""
    walker = Walker(address)
    page = walker.open("/sign-in")
    walker.send(page.form("email", "password"), email=email, password=password)
    return walker


POPULATE = """
import json, sys
import django
django.setup()
from tenantry.engines.inventory.models import Source
from tenantry.kernel import clock, scope
from tenantry.kernel.actor import system
from tenantry.kernel.sealing import seal
from tenantry.portal.access import actions
from tenantry.portal.access.actions import NewPartner, NewPerson
from tenantry.portal.customers.models import Customer

def firm(name, country, email, first, customer):
    wish = NewPartner(name, country, second_factor=False)
    opened = actions.open_partner(system(0, "de-westcentral"), wish, NewPerson(email, first, "Keller", sys.argv[1]))
    with scope.task(opened.partner, opened.region):
        made = Customer.objects.create(number=1, organisation=customer, country=country, kind=Customer.Kind.M365,
            data_centre=opened.region, state=Customer.State.ACTIVE, onboarded_at=clock.now())
        Source.objects.create(customer_id=made.pk, tenant_id="tenant-of-" + customer, cloud="simulator",
            region=opened.region, credential=seal("secret of " + customer), connected_at=clock.now())
    return [opened.partner, opened.region]

print(json.dumps([
    firm("Alpenrand IT", "DE", "sophie@alpenrand.example", "Sophie", "Contoso"),
    firm("Kiefer Systems", "CH", "urs@kiefer.example", "Urs", "Fabrikam"),
]))
"""
UNSEAL = """
import json, sys
import django
django.setup()
from tenantry.engines.inventory.models import Source
from tenantry.kernel import scope
from tenantry.kernel.sealing import unseal
with scope.task(int(sys.argv[1]), sys.argv[2]):
    print(json.dumps(unseal(Source.objects.get().credential)))
"""
PASSWORD = "correct horse battery"
SOPHIE, URS = "sophie@alpenrand.example", "urs@kiefer.example"


def populate(deployment: Deployment) -> list:
    """Two firms, one in each region, each with a customer whose credential is sealed; their numbers and regions."""
    return deployment.python(POPULATE, PASSWORD)


def sealed_value(deployment: Deployment, firm: list) -> str:
    """What the credential of the firm's customer opens to."""
    return deployment.python(UNSEAL, *map(str, firm))
