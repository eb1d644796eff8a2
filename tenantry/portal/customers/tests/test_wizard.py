"""The wizard, through its own pages and the simulated Microsoft's."""

from __future__ import annotations

import pytest

from tenantry.portal.customers.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_global_administrators_consent_leads_to_a_customer_that_is_read(walk, microsoft, world, work):
    tenant = microsoft.admin.world()[0]
    page = walk.onboard(tenant["cast"]["admin"])
    assert page.status == 200
    assert page.url.endswith("/tenants")
    work.drain()
    with world.alpenrand.scope():
        row = Tenant.objects.get(tenant_id=tenant["id"])
        assert row.customer.organisation == tenant["display_name"]
