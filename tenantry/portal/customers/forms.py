"""Parses what people enter about a customer, and offers what they choose from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pycountry
from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.http import QueryDict
from django.utils import translation

from tenantry.kernel.errors import Problem
from tenantry.kernel.residency import regions
from tenantry.kernel.text import Text, _, lazy, sort_key
from tenantry.kernel.web.parts import Difference
from tenantry.portal.customers import rules
from tenantry.portal.customers.rules import Information

WORDS = ("organisation", "country", "data_centre", "first_name", "last_name", "email", "phone", "mode")
LONGEST = 300
LABELS: Mapping[str, Text] = {
    "organisation": lazy("Organisation"),
    "country": lazy("Country"),
    "first_name": lazy("First name of the contact"),
    "last_name": lazy("Last name of the contact"),
    "email": lazy("E-mail of the contact"),
    "phone": lazy("Phone"),
}


@functools.cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


@functools.cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    try:
        names: Mapping[str, str] = Locale.parse(language.replace("-", "_")).territories
    except UnknownLocaleError:
        names = Locale.parse("en").territories
    known = ((code, names.get(code, code)) for code in country_codes())
    return tuple(sorted(known, key=lambda pair: sort_key(pair[1])))


def countries() -> tuple[tuple[str, str], ...]:
    """Code and name of each country, by its name in the reader's language (Unicode CLDR)."""
    return _countries(translation.get_language() or "en")


def country_name(code: str) -> str:
    """A country's name in the reader's language."""
    return dict(countries()).get(code, code)


def data_centres() -> list[tuple[str, Text]]:
    """Those that this installation offers."""
    return [(code, regions.title(code)) for code in settings.REGIONS]


@dataclass
class InformationForm:
    """The information of a customer as it was entered, and what is wrong with it."""

    values: dict[str, str]
    tags: tuple[str, ...] = ()
    groups: frozenset[int] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, data: QueryDict) -> InformationForm:
        """What the browser sent; each value is cut to a length that a rule then refuses."""
        values = {name: " ".join(data.get(name, "")[:LONGEST].split()) for name in WORDS}
        groups = frozenset(int(value) for value in data.getlist("groups") if value.isdecimal() and len(value) < 19)
        return cls(values, rules.split_words(data.get("tags", "")[:1000]), groups)

    @classmethod
    def of(cls, thing: Any, tags: tuple[str, ...], groups: frozenset[int] = frozenset()) -> InformationForm:
        """What a draft or a customer holds."""
        return cls({name: str(getattr(thing, name)) for name in WORDS}, tags, groups)

    @property
    def wish(self) -> Information:
        """The same as a value for the action."""
        return Information(**self.values, tags=self.tags, groups=self.groups)

    @property
    def tags_text(self) -> str:
        """The tags as people type them."""
        return ", ".join(self.tags)

    def against(self, stored: InformationForm) -> list[Difference]:
        """Where this differs from what is stored: that value, and the one entered here."""
        rows = [(words, stored.values[name], self.values[name]) for name, words in LABELS.items()]
        rows.append((_("Tags"), stored.tags_text, self.tags_text))
        return [Difference(words, theirs or None, ours) for words, theirs, ours in rows if theirs != ours]

    def blame(self, error: Problem) -> None:
        """Show a refusal at the field that it names, if it names one."""
        self.errors[error.field] = str(error)
