"""An icon that a folder names is one that the front end carries."""

from __future__ import annotations

import json
import re

from tenantry.engines.inventory.catalogue import GROUPS
from tenantry.kernel import registry
from tenantry.portal.customers import rules
from tests import plugin

CARRIED = set(json.loads((plugin.ROOT / "frontend/src/icons.json").read_text()))


def test_icons_of_menus_ways_and_permissions_are_carried():
    named = {entry.icon for manifest in registry.manifests() for entry in manifest.menu}
    named |= {way.icon for way in rules.ways("commercial")} | {group.icon for group in GROUPS}
    assert named <= CARRIED


def test_icons_that_templates_name_are_carried():
    named = set()
    for page in (plugin.ROOT / "tenantry").rglob("templates/**/*.html"):
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', page.read_text()))
    assert named <= CARRIED
