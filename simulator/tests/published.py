"""Microsoft's published types and paths as far as the simulator serves them, and how an answer is held against them.

types.json is an extract of schemas/v1.0-Prod.csdl and paths.txt of the paths of the OpenAPI description (both MIT, (c)
Microsoft and the .NET Foundation), taken from the oracle beside the repository: `../shared/graph-oracle`.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import simulator

HERE = Path(__file__).parent
TYPES = json.loads((HERE / "types.json").read_text())
PATHS = (HERE / "paths.txt").read_text().split()
EXCEPTIONS = tomllib.loads((Path(simulator.__file__).parent / "graph" / "data" / "exceptions.toml").read_text())
PLAIN = {"Edm.String": (str,), "Edm.Boolean": (bool,), "Edm.Int32": (int,), "Edm.DateTimeOffset": (str,),
         "Edm.Guid": (str,), "Edm.Double": (float, int), "Edm.Binary": (str,)}  # fmt: skip
FORMS = {
    "Edm.DateTimeOffset": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "Edm.Guid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}


def plain(path):
    """A path without the names of its keys, in lower case."""
    return re.sub(r"\{[^}]*\}", "{id}", path.lower()).replace("()", "")


def properties(type_name):
    """A type's properties, those of its bases too."""
    known = TYPES[type_name]
    return (properties(known["base"]) if "base" in known else {}) | known["props"]


def strange(item, type_name):
    """Every property of an object that it should not have, or that has another type; with where it stands."""
    named = item.get("@odata.type", "").removeprefix("#") or type_name
    if named in EXCEPTIONS["types"]:
        return []
    known, found = properties(named), []
    for name, value in item.items():
        if name.endswith("@delta"):
            found += [one for linked in value for one in strange(linked, "microsoft.graph.directoryObject")]
        elif not name.startswith("@") and f"{named}.{name}" not in EXCEPTIONS["properties"]:
            where = f"{named}.{name}"
            found += wrong(value, known[name], where) if name in known else [f"{where}: unknown"]
    return found


def wrong(value, type_name, where):
    """Every place where a value is not of its type."""
    if value is None:
        return [] if type_name.endswith("?") else [f"{where}: null"]
    name = type_name.rstrip("?")
    if name.startswith("[]"):
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [one for item in value for one in wrong(item, name[2:], where)]
    if name in PLAIN:
        fits = type(value) in PLAIN[name] and (name not in FORMS or FORMS[name].fullmatch(value))
        return [] if fits else [f"{where}: {value!r} is no {name}"]
    if "members" in TYPES[name]:
        return [] if set(str(value).split(",")) <= set(TYPES[name]["members"]) else [f"{where}: {value!r}"]
    return strange(value, name) if isinstance(value, dict) else [f"{where}: no object"]
