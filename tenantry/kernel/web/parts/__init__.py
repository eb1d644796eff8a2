"""The parts that pages are made of, as Python functions; templates have them as tags of the same names."""

from __future__ import annotations

from tenantry.kernel.web.parts.controls import (
    RULE,
    Tab,
    button,
    checkbox,
    copy_button,
    icon_button,
    menu,
    menu_item,
    segments,
    switch,
    tabs,
)  # fmt: skip
from tenantry.kernel.web.parts.panels import (
    Difference,
    Event,
    Need,
    Step,
    bar,
    card,
    dialog,
    differences,
    empty,
    facts,
    needs_you,
    note,
    progress,
    skeleton,
    stat,
    steps,
    timeline,
)  # fmt: skip
from tenantry.kernel.web.parts.shape import attributes, joined
from tenantry.kernel.web.parts.words import (
    Stamp,
    age,
    avatar,
    badge,
    chip,
    chips,
    count,
    customer_chip,
    fitting,
    icon,
    name_cell,
    person,
    status_word,
    tag,
    unknown,
)  # fmt: skip

__all__ = [
    "RULE", "Difference", "Event", "Need", "Stamp", "Step", "Tab", "age", "attributes", "avatar", "badge", "bar",
    "button", "card", "checkbox", "chip", "chips", "copy_button", "count", "customer_chip", "dialog", "differences",
    "empty", "facts", "fitting", "icon", "icon_button", "joined", "menu", "menu_item", "name_cell", "needs_you", "note",
    "person", "progress", "segments", "skeleton", "stat", "status_word", "steps", "switch", "tabs", "tag", "timeline",
    "unknown",
]  # fmt: skip
