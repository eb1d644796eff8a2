"""The parts as template tags; each is a function of `kernel/web/parts` or `kernel/web/forms` under the same name."""

from __future__ import annotations

from django import template

from tenantry.kernel.web import built, forms, parts

register = template.Library()

for _part in (
    parts.icon, parts.status_word, parts.age, parts.badge, parts.chip, parts.chips, parts.tag, parts.count,
    parts.avatar, parts.person, parts.customer_chip, parts.name_cell, parts.unknown,
    parts.button, parts.icon_button, parts.menu_item, parts.switch, parts.checkbox, parts.tabs, parts.segments,
    parts.copy_button,
    parts.stat, parts.needs_you, parts.facts, parts.differences, parts.timeline, parts.steps, parts.bar, parts.progress,
    parts.empty, parts.skeleton,
    forms.field, forms.text_field, forms.select_field, forms.area_field, forms.radio_cards, forms.error_summary,
    forms.render_form, forms.refusal,
):  # fmt: skip
    register.simple_tag(_part)

# {% card "Title" %} ... {% endcard %} and so on: the content is the function's first parameter.
for _block in (parts.card, parts.note, parts.menu, parts.dialog, forms.fieldset):
    register.simple_block_tag(_block)

register.simple_tag(built.script, name="script_address")
register.simple_tag(built.styles, name="style_addresses")
register.simple_tag(lambda: parts.RULE, name="menu_rule")
