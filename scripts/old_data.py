"""Makes a data folder as an older commit would have left it, by that commit's own code: what an upgrade starts from.

    python -m scripts.old_data before-engine-room /tmp/old

Nothing that it makes is kept in the repository; the test of the upgrade makes it anew.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from scripts.sources import ROOT

BEFORE_ENGINE_ROOM = "433c82d"  # tagged before-engine-room; a clone may lack tags
PASSWORD = "correct horse battery"  # noqa: S105  # of people who exist in a test only

PROGRAM = """
import sys
import django
django.setup()
from tenantry.engines.inventory.models import KindState, SearchText, Source, TenantUser
from tenantry.kernel import clock, scope
from tenantry.kernel.actor import system
from tenantry.kernel.sealing import seal
from tenantry.portal.access import actions
from tenantry.portal.access.actions import NewPartner, NewPerson
from tenantry.portal.customers.models import Customer, Tenant

def user(source, number):
    name = f"Person {number:03d}"
    upn = f"p{number}@contoso.example"
    known = dict(customer_id=source.customer_id, source=source, object_id=f"user-{number}")
    TenantUser.objects.create(**known, hash=b"h", body="{}", changed_at=clock.now(), display_name=name,
        sort_key=name.lower(), upn=upn, mail=upn, guest=False, enabled=True, licences=1, country="DE",
        department="", job_title="")
    SearchText.objects.create(**known, kind="users", title=name, detail=upn, text=f"{name} {upn}".lower())

def firm(name, country, email, first, organisation):
    wish = NewPartner(name, country, second_factor=False)
    opened = actions.open_partner(system(0, "de-westcentral"), wish, NewPerson(email, first, "Keller", sys.argv[1]))
    with scope.task(opened.partner, opened.region):
        customer = Customer.objects.create(number=1, organisation=organisation, country=country,
            kind=Customer.Kind.M365, data_centre=opened.region, state=Customer.State.ACTIVE, onboarded_at=clock.now())
        tenant = f"{opened.partner:08d}-0000-4000-8000-000000000000"
        Tenant.objects.create(customer=customer, tenant_id=tenant, name=organisation, cloud="simulator",
            default_domain="contoso.example", connected_at=clock.now())
        source = Source.objects.create(customer_id=customer.pk, tenant_id=tenant, cloud="simulator",
            region=opened.region, credential=seal("secret of " + organisation), connected_at=clock.now())
        KindState.objects.create(customer_id=customer.pk, source=source, kind="users", state="fresh",
            objects_read=50, read_at=clock.now())
        for number in range(50):
            user(source, number)

firm("Alpenrand IT", "DE", "sophie@alpenrand.example", "Sophie", "Contoso")
firm("Kiefer Systems", "CH", "urs@kiefer.example", "Urs", "Fabrikam")
"""


def reachable(commit: str) -> bool:
    """Whether this clone holds the commit; a shallow one may not."""
    found = subprocess.run(
        ["git", "cat-file", "-e", f"{commit}^{{commit}}"], cwd=ROOT, capture_output=True, check=False
    )
    return found.returncode == 0


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)


def make(commit: str, data: Path) -> None:
    """Migrate and fill a data folder by the code of a commit; raises where a step of it fails."""
    with tempfile.TemporaryDirectory(prefix="tn-") as code:
        packed = subprocess.run(
            ["git", "archive", commit, "tenantry", "locale"], cwd=ROOT, capture_output=True, check=True
        )
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
            tar.extractall(code, filter="data")
        _run(code, data, "-m", "tenantry.shell.cli", "migrate")
        _run(code, data, "-c", _BESIDE, PROGRAM, PASSWORD)


_BESIDE = """
import sys
from pathlib import Path
from tenantry.config import settings
from tenantry.engines.postgres import server
with server.running(settings.DATA):
    program = sys.argv.pop(1)
    exec(program)
"""


def _run(code: str, data: Path, *words: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {"TENANTRY_DATA": str(data), "REGIONS": "de-westcentral,ch-north", "CLOUD": "simulator", "PYTHONPATH": code,
             "DJANGO_SETTINGS_MODULE": "tenantry.config.settings"}  # fmt: skip
    subprocess.run([sys.executable, *words], cwd=code, env={**kept, **given}, check=True, timeout=300)


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]).absolute())
