"""A lock names packages and hashes, never a host: an address in one would tie every installation to it."""

from __future__ import annotations

import re
import sys

from scripts import sources

LOCKS = ("requirements/*.lock", "package-lock.json", ".npmrc", "uv.lock")
ADDRESS = re.compile(r"\b(?:https?|git\+\w+|ssh|file)://[^\s\"',]+|--(?:extra-)?index-url|--find-links|\bregistry\s*=")
FUNDING = re.compile(r'^\s*"url": "https?://[^"]+"$')  # npm's "funding" of a package: nothing is fetched from it


def main() -> int:
    """Print each address in a lock; 1 when there is one."""
    wrong = [line for name in locks() for line in addresses(name, (sources.ROOT / name).read_text())]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def locks() -> list[str]:
    """The lock files of the repository, from its root."""
    names = [path.relative_to(sources.ROOT) for path in sources.tracked()]
    return [name.as_posix() for name in names if any(name.match(kind) for kind in LOCKS)]


def addresses(name: str, text: str) -> list[str]:
    """Place and address of each line that names a host."""
    return [
        f"{name}:{number}: {found.group()} is an address."
        for number, line in enumerate(text.splitlines(), 1)
        if not FUNDING.match(line) and (found := ADDRESS.search(line))
    ]


if __name__ == "__main__":
    sys.exit(main())
