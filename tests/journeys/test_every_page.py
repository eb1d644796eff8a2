"""Every page in every language, as it is shown at 1440 px and on a telephone."""

from __future__ import annotations

import pytest

from scripts import screenshots
from tests.frame.languages import SAID, SPILT, Language
from tests.rules import rule

SOPHIE = "sophie@alpenrand.example"
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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
        page.set_viewport_size(TELEPHONE)
        wrong += [f"{path} is {beyond} px wider than a telephone" for beyond in [page.evaluate(BEYOND)] if beyond > 0]
        page.set_viewport_size(DESK)
    assert len(addresses) > 20
    assert not wrong, "\n".join(wrong)
