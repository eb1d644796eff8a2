"""Fields with label, help and error, the error summary, and whole Django forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, Select, Textarea
from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, _
from tenantry.kernel.web.parts.controls import icon_button
from tenantry.kernel.web.parts.panels import note, things_to_correct
from tenantry.kernel.web.parts.shape import attributes, classes, format_html, joined
from tenantry.kernel.web.parts.words import icon

Option = tuple[Any, Text]


def text_field(name: str, label: Text, value: Any = "", help: Text = "", error: Text = "", **more: Any) -> SafeString:  # noqa: A002
    """A line of text; `type`, `autocomplete`, `maxlength`, `required` and others become attributes."""
    more = {"type": "text", "name": name} | more
    key, kept = more.pop("id", f"id_{name}"), "" if value is None else str(value)
    told = attributes(**more, **_described(key, help, error))
    control = format_html('<input class="tn-input" id="{}" value="{}"{}>', key, kept, told)
    if more["type"] == "password":
        eye = icon_button("eye", _("Show the password"), data_tn_eye=True, aria_pressed="false")
        control = format_html('<span class="tn-secret">{}{}</span>', control, eye)
    return wrapped(key, label, control, help, error)


def area_field(name: str, label: Text, value: Any = "", help: Text = "", error: Text = "", **more: Any) -> SafeString:  # noqa: A002
    """Several lines of text."""
    key = more.pop("id", f"id_{name}")
    told = attributes(**({"name": name, "rows": 4} | more), **_described(key, help, error))
    control = format_html('<textarea class="tn-input" id="{}"{}>{}</textarea>', key, told, value or "")
    return wrapped(key, label, control, help, error)


def select_field(name: str, label: Text, options: Iterable[Option | str], value: Any = "", **more: Any) -> SafeString:
    """A choice of one among pairs of value and label, or plain words; takes `help`, `error`, `blank` and attributes."""
    key, help, error = more.pop("id", f"id_{name}"), more.pop("help", ""), more.pop("error", "")  # noqa: A001
    blank = more.pop("blank", None)
    pairs: list[Option] = [] if blank is None else [("", blank)]
    pairs += [(one, one) if isinstance(one, str) else (one[0], one[1]) for one in options]
    lines = [
        format_html('<option value="{}"{}>{}</option>', each, attributes(selected=str(each) == str(value)), words)
        for each, words in pairs
    ]
    control = format_html(
        '<select class="tn-input tn-select" id="{}"{}>{}</select>', key,
        attributes(name=name, **more, **_described(key, help, error)), joined(lines),
    )  # fmt: skip
    return wrapped(key, label, control, help, error)


def radio_cards(
    name: str, legend: Text, options: Iterable[Sequence[Any]], value: Any = "", error: Text = ""
) -> SafeString:
    """A choice of one as cards: (value, title, detail) each."""
    lines = []
    for each in options:
        detail = format_html('<span class="tn-check-detail">{}</span>', each[2]) if len(each) > 2 and each[2] else ""
        lines.append(format_html(
            '<label class="tn-radio-card"><input type="radio" class="tn-radio" name="{}" value="{}"{}>'
            "<span>{}{}</span></label>",
            name, each[0], attributes(checked=str(each[0]) == str(value)), each[1], detail,
        ))  # fmt: skip
    return format_html(
        '<fieldset class="tn-fieldset" id="id_{}" tabindex="-1"><legend>{}</legend>'
        '<div class="tn-radio-cards">{}</div>{}</fieldset>',
        name, legend, joined(lines), _error(f"id_{name}", error),
    )  # fmt: skip


def fieldset(content: Any, legend: Text, help: Text = "") -> SafeString:  # noqa: A002
    """Fields that belong together."""
    told = format_html('<p class="tn-help">{}</p>', help) if help else ""
    return format_html('<fieldset class="tn-fieldset"><legend>{}</legend>{}{}</fieldset>', legend, told, content)


def field(bound: BoundField, **more: Any) -> SafeString:
    """A field of a Django form: label, control, help, error; attributes may be added."""
    widget, key, error = bound.field.widget, str(bound.auto_id), "; ".join(str(one) for one in bound.errors)
    help_text = more.pop("help", bound.help_text)
    if isinstance(widget, CheckboxInput):
        box = bound.as_widget(attrs={"class": "tn-checkbox"} | more)
        line = format_html('<label class="tn-check">{}<span>{}</span></label>', box, bound.label)
        return format_html('<div class="tn-field">{}{}{}</div>', line, _help(key, help_text), _error(key, error))
    look = classes("tn-input", "tn-select" if isinstance(widget, Select) else "")
    told = {name.replace("_", "-"): value for name, value in _described(key, help_text, error).items() if value}
    if isinstance(widget, Textarea):
        told["rows"] = "4"
    control = bound.as_widget(attrs={"class": look} | told | more)
    return wrapped(key, bound.label or "", control, help_text, error)


def wrapped(key: str, label: Text, control: SafeString | str, help: Text = "", error: Text = "") -> SafeString:  # noqa: A002
    """A control with its label above and help or error below."""
    return format_html(
        '<div class="{}"><label class="tn-label" for="{}">{}</label>{}{}{}</div>',
        classes("tn-field", "tn-wrong" if error else ""), key, label, control, _help(key, help), _error(key, error),
    )  # fmt: skip


def render_form(form: BaseForm) -> SafeString:
    """All fields of a Django form, its error summary first."""
    hidden = [SafeString(one.as_widget()) for one in form.hidden_fields()]
    shown = [field(one) for one in form.visible_fields()]
    return format_html('{}<div class="tn-form">{}{}</div>', error_summary(form), joined(hidden), joined(shown))


def error_summary(errors: BaseForm | Iterable[tuple[str, Text]]) -> SafeString:
    """What is to be corrected, each with a link to its field; takes the focus when the page opens.

    Takes a Django form, or pairs of the field's name and the sentence; a name of "" belongs to no field.
    """
    lines = _of_form(errors) if isinstance(errors, BaseForm) else list(errors)
    if not lines:
        return SafeString("")
    pieces = [
        format_html('<li><a href="#id_{}">{}</a></li>', name, words) if name else format_html("<li>{}</li>", words)
        for name, words in lines
    ]
    return format_html(
        '<div class="tn-errors" role="alert" tabindex="-1" data-tn-focus>{}<div><h2>{}</h2><ul>{}</ul></div></div>',
        icon("alert-circle"), things_to_correct(len(lines)), joined(pieces),
    )  # fmt: skip


def wrong(error: Exception | None) -> dict[str, str]:
    """The sentence of a refused action by the field that it names, "" where it names none; empty when there is none."""
    return {getattr(error, "field", ""): str(error)} if error else {}


def refusal(error: Any) -> SafeString:
    """The one sentence of a refused action above its form, linked to the field it names; nothing when there is none."""
    if not error:
        return SafeString("")
    name = getattr(error, "field", "")
    if name:
        return error_summary([(name, str(error))])
    return format_html('<div tabindex="-1" data-tn-focus>{}</div>', note(str(error), "failed"))


def _of_form(form: BaseForm) -> list[tuple[str, Text]]:
    lines: list[tuple[str, Text]] = [("", str(words)) for words in form.non_field_errors()]
    for bound in form:
        lines += [(bound.html_name, f"{bound.label}: {words}") for words in bound.errors]
    return lines


def _described(key: str, help: Text, error: Text) -> dict[str, Any]:  # noqa: A002
    told = classes(f"{key}_help" if help else "", f"{key}_error" if error else "")
    return {"aria_describedby": told, "aria_invalid": "true" if error else ""}


def _help(key: str, text: Text) -> SafeString | str:
    return format_html('<p class="tn-help" id="{}_help">{}</p>', key, text) if text else ""


def _error(key: str, text: Text) -> SafeString | str:
    return (
        format_html('<p class="tn-error" id="{}_error">{}{}</p>', key, icon("alert-circle", 14), text) if text else ""
    )
