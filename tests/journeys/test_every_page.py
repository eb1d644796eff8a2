"""Every page in every language, as it is shown at 1440 px."""

from __future__ import annotations

import pytest

from scripts import screenshots
from tests.frame.languages import SAID, SPILT, Language
from tests.rules import rule

SOPHIE = "sophie@alpenrand.example"


@pytest.fixture(scope="session")
def addresses(demo, chromium) -> list[str]:
    """An address for each page that Sophie may open."""
    context = chromium.new_context(base_url=demo.address)
    screenshots.sign_in(context, SOPHIE, demo.password(SOPHIE))
    paths = screenshots.found(context, screenshots.routes(), demo.address)
    context.close()
    return paths


@rule("ACC-27")
@pytest.mark.parametrize("language", ["de", "fr", "ja"])
def test_no_page_has_an_untranslated_string_or_overflows(visit, addresses, language):
    """Given each page in de, fr, ja, there is no untranslated string and no overflow at 1440 px."""
    person, words, wrong = visit(language), Language.of(language), []
    person.come_in(SOPHIE, language)
    for path in addresses:
        page = person.open(path)
        said = page.evaluate(SAID)
        wrong += [f"{path} says {text!r} in English" for text in words.untranslated(said["texts"])]
        wrong += [f"{path} says {text!r}, which is no message" for text in words.unheard(said["chrome"])]
        wrong += [f"{path} overflows: {what}" for what in page.evaluate(SPILT)]
    assert len(addresses) > 20
    assert not wrong, "\n".join(wrong)
