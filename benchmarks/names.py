"""Names of firms; standard library only, since each contestant's environment imports it."""

from __future__ import annotations

import random

FIRST = (
    "Alpen", "Berg", "Nord", "Süd", "Rhein", "Elbe", "Isar", "Main", "Ost", "Wald", "See", "Stern", "Gold", "Silber",
    "Stahl", "Holz", "Glas", "Stein", "Feld", "Linden",
)  # fmt: skip
SECOND = ("bau", "werk", "technik", "handel", "logistik", "druck", "medien", "pharma", "energie", "design", "café")
FORMS = ("GmbH", "AG", "KG", "e. K.", "SE")


def firm(number: int, dice: random.Random) -> str:
    """One of eleven hundred names, told apart by a number; one in eleven holds "werk", one in five "GmbH"."""
    return f"{dice.choice(FIRST)}{dice.choice(SECOND)} {number:05d} {dice.choice(FORMS)}"
