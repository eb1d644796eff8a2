"""Lay a new module: a folder of tenantry/modules with one page, one action and their tests, ready to be changed.

    make module name=devices            # noun: device
    make module name="gadgetry gadget"  # where the noun is not the name without its s

A module that the permission catalogue does not know gets two rows there, and its fact a place in the register.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from string import Template

from scripts import sources

SKELETON = Path(__file__).with_name("skeleton")
CATALOGUE = "tenantry/portal/access/catalogue/permissions.toml"
REGISTER = "tests/data/facts.toml"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def main(name: str = "", noun: str = "") -> int:
    """Lay the module; 1 with a sentence when the name will not do."""
    noun = noun or name.removesuffix("s")
    if doubt := refusal(sources.ROOT, name, noun):
        print(doubt)
        return 1
    write(sources.ROOT, name, noun)
    migration(sources.ROOT, name)
    print(f"tenantry/modules/{name} stands. Next: its rules, its page, make messages, make test-fast.")
    return 0


def refusal(root: Path, name: str, noun: str) -> str:
    """Why a module cannot be called so; empty when it can."""
    if not (NAME.fullmatch(name) and NAME.fullmatch(noun)):
        return "A module is called in small letters: make module name=devices"
    taken = [path.parent for path in root.glob(f"tenantry/*/{name}/__init__.py")]
    return f"{taken[0].relative_to(root)} exists." if taken else ""


def write(root: Path, name: str, noun: str) -> None:
    """Write the folder, and what the catalogue and the register lack for it."""
    words = vocabulary(name, noun, permissions(root, name))
    register(root, name, f"{words['Noun']}Added")
    folder = root / "tenantry" / "modules" / name
    for source in sorted(SKELETON.rglob("*.txt")):
        target = folder / str(source.relative_to(SKELETON)).removesuffix(".txt").replace("pages/", f"templates/{name}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text()).substitute(words))
    for package in (folder, folder / "tests", folder / "migrations"):
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()


def vocabulary(name: str, noun: str, held: list[str]) -> dict[str, str]:
    """What the skeleton's words stand for."""
    return {
        "name": name,
        "path": name.replace("_", "-"),
        "title": name.replace("_", " ").capitalize(),
        "words": name.replace("_", " "),
        "word": noun.replace("_", " "),
        "noun": noun,
        "Noun": "".join(part.capitalize() for part in noun.split("_")),
        "permissions": "\n".join(f'        "{permission}",' for permission in held),
        "verb": next(permission.partition(".")[2] for permission in held if not permission.endswith(".view")),
    }


def permissions(root: Path, name: str) -> list[str]:
    """The module's rows of the permission catalogue; two are added for a module that it does not know."""
    file = root / CATALOGUE
    known = [row["name"] for row in tomllib.loads(file.read_text())["permission"]]
    held = [permission for permission in known if permission.startswith(f"{name}.")]
    if held:
        return held
    words = name.replace("_", " ")
    rows = {f"{name}.view": f"Read {words}", f"{name}.act": f"Create and change {words}"}
    with file.open("a") as catalogue:
        for permission, sentence in rows.items():
            catalogue.write(f'\n[[permission]]\nname = "{permission}"\nscope = "C"\nsentence = "{sentence}"\n')
    return list(rows)


def register(root: Path, name: str, fact: str) -> None:
    """Give the fact a place in the register of facts, under its folder."""
    file = root / REGISTER
    text = file.read_text()
    if fact in tomllib.loads(text).get(name, ()):
        return
    opening = f"{name} = [\n"
    if opening not in text:
        text += f"{opening}]\n"
    file.write_text(text.replace(opening, f'{opening}    "{fact}",\n', 1))


def migration(root: Path, name: str) -> None:
    """Make the first migration of the module's tables."""
    command = [sys.executable, "-m", "django", "makemigrations", name, "--name", name, "--verbosity", "0",
               "--skip-checks"]  # fmt: skip
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tenantry.config.settings", "PYTHONPATH": str(root),
                   "PYTHONWARNINGS": "ignore::RuntimeWarning"}  # fmt: skip  # no database needs to run for this
    subprocess.run(command, cwd=root, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
