"""Tenants are read whole, then by what changed; every fault leaves the last figures with their age and the reason."""

from __future__ import annotations

import pytest

from tenantry.engines.inventory.models import TenantUser

pytestmark = pytest.mark.django_db


def test_a_first_read_brings_every_kind(contoso):
    contoso.first_read()
    figures = contoso.figures()
    assert figures.users + figures.guests == contoso.tenant["users"]
    assert figures.groups
    assert figures.domains
    assert figures.seats_bought
    with contoso.here():
        assert TenantUser.objects.count() == contoso.tenant["users"]
