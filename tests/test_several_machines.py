"""Two web and three worker processes on one DATABASE_URL, the two regions on servers of their own."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tenantry.engines.postgres import addresses, server
from tenantry.shell.walker import Walker
from tests import deployment, plugin
from tests.deployment import PASSWORD, SOPHIE, URS, Deployment, until

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("machines")]
NET = f"127.{os.getpid() % 250 + 1}.{os.getpid() // 250 % 250 + 1}"
SERVERS = {"": f"{NET}.1", "de-westcentral": f"{NET}.2", "ch-north": f"{NET}.3"}
WEB = f"{NET}.4", f"{NET}.5"
WORKERS = ("worker-1", "worker-2", "worker-3")
DOOR = "local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n"
TASKS = 120
START = """
import json, sys
import django
django.setup()
from tenantry.engines.durable.client import CLIENT
for number in range(int(sys.argv[3])):
    CLIENT.start("sample.write", f"sample-{number}", sys.argv[2], [int(sys.argv[1]), sys.argv[2], number])
print(json.dumps("started"))
"""
WORK = "SELECT workflow_uuid, executor_id FROM dbos.workflow_status WHERE name = 'sample.write' AND status = %s"


@pytest.fixture(scope="module")
def machines():
    """A deployment over three database servers that listen on TCP and ask for passwords, with two firms in it."""
    folder = Path(tempfile.mkdtemp(prefix="tn-"))
    urls = {alias: f"postgresql://postgres:boss@{at}:5432" for alias, at in SERVERS.items()}
    more = {
        "DATABASE_URL": urls[""], "REGION_DE_WESTCENTRAL_URL": urls["de-westcentral"],
        "REGION_CH_NORTH_URL": urls["ch-north"], "SECRET_KEY": "one key for all", "SEAL_KEY": "another one for all",
        "ALLOWED_HOSTS": ",".join(WEB), "SAMPLE_FOLDER": str(folder / "written"),
    }  # fmt: skip
    with ExitStack() as stack:
        for at in SERVERS.values():
            listen(stack, folder / at, at)
        (folder / "written").mkdir()
        made = Deployment(folder / "data", more)
        made.folder.mkdir()
        assert made.run("migrate").returncode == 0
        made.firms = deployment.populate(made)
        yield made
    shutil.rmtree(folder)


def listen(stack, folder, at):
    """A server at an address of this machine, which lets nobody in without a password."""
    settings = {**plugin.UNSAFE_BUT_FAST, "listen_addresses": f"'{at}'"}
    stack.enter_context(server.running(folder, **settings))
    (folder / "postgres/data/pg_hba.conf").write_text(DOOR)
    with psycopg.connect(**addresses.admin(folder, ""), autocommit=True) as connection:
        connection.execute("ALTER ROLE postgres PASSWORD 'boss'")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="module")
def web(machines):
    """Two web processes under the same port at two addresses, as behind a proxy."""
    port = str(deployment.free_port())
    with machines.processes() as start:
        for host in WEB:
            start("serve", "--host", host, "--port", port)
        found = [f"http://{host}:{port}" for host in WEB]
        for address in found:
            assert deployment.ready(address) == {"silent_regions": []}
        yield found


def go_on(person: Walker, address: str) -> Walker:
    """The same browser, whose next request the proxy gives to another web process."""
    other = Walker(address)
    other.session.cookies.update({cookie.name: cookie.value for cookie in person.session.cookies})
    return other


def test_each_region_stands_on_its_own_server(machines):
    standing = {}
    for alias in SERVERS:
        with machines.connect("postgres") if not alias else machines.connect(alias) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1").fetchall()
            standing[alias] = [name for (name,) in found if name != "postgres"]
    assert standing == {"": ["dbos", "directory"], "de-westcentral": ["de-westcentral"], "ch-north": ["ch-north"]}


def test_who_signs_in_at_one_web_process_goes_on_at_the_other(web):
    for email, customer in ((SOPHIE, "Contoso"), (URS, "Fabrikam")):
        person = deployment.signed_in(web[0], email, PASSWORD)
        assert customer in go_on(person, web[1]).open("/customers").text


def test_a_form_of_one_is_sent_to_the_other_and_both_show_what_came_of_it(web):
    person = deployment.signed_in(web[0], SOPHIE, PASSWORD)
    form = person.open("/profile").form("phone")
    other = go_on(person, web[1])
    form.action = form.action.replace(web[0], web[1])
    other.page = person.page
    other.page.url = f"{web[1]}/profile"
    assert other.send(form, phone="+49 89 123456").status == 200
    assert "+49 89 123456" in person.open("/profile").text


def test_an_export_is_had_from_either(web):
    person = deployment.signed_in(web[0], SOPHIE, PASSWORD)
    files = [go_on(person, address).open("/customers/export?format=csv") for address in web]
    assert [file.status for file in files] == [200, 200]
    assert all("Contoso" in file.text for file in files)


def test_whoever_signs_out_at_one_is_out_at_the_other(web):
    person = deployment.signed_in(web[0], URS, PASSWORD)
    other = go_on(person, web[1])
    person.send(person.open("/home").form(action="/sign-out"))
    assert "/sign-in" in other.open("/customers").url


def test_a_killed_workers_tasks_are_finished_by_the_others(machines):
    with machines.processes() as start:
        workers = {name: start(sys.executable, "-m", "tenantry.engines.durable.tests.sample_worker", name)
                   for name in WORKERS}  # fmt: skip
        machines.python(START, str(machines.firms[0][0]), machines.firms[0][1], str(TASKS))
        victim = until(lambda: next(iter(begun(machines).values()), None))
        workers[victim].send_signal(signal.SIGKILL)
        workers[victim].wait(10)
        left = {task for task, who in begun(machines).items() if who == victim}
        assert left
        until(lambda: len(work(machines, "SUCCESS")) == TASKS, seconds=120)
    finished = work(machines, "SUCCESS")
    assert victim not in {finished[task] for task in left}
    written = {path.name for path in Path(machines.more["SAMPLE_FOLDER"]).iterdir()}
    assert written >= {f"{number}-{part}" for number in range(TASKS) for part in range(4)}


def begun(machines):
    """Tasks that a worker is at, or was when it died."""
    return work(machines, "PENDING")


def work(machines, status):
    with machines.connect("dbos") as connection:
        return dict(connection.execute(WORK, [status]).fetchall())
