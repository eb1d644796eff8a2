"""What DBOS stores: JSON of ids and counts, since one database serves all regions and may hold no customer data."""

from __future__ import annotations

import json
from typing import Any

from dbos import DBOSPortableJSONSerializer, Serializer

from tenantry.kernel.errors import Broken


class OnlyIds(Serializer):
    """Arguments and results as JSON; of an error only its kind, since its text may name customers."""

    def name(self) -> str:
        """Stored with each value; values of the library's own JSON are still read."""
        return "tenantry_ids"

    def serialize(self, data: Any) -> str:
        """TypeError for what is not plain data."""
        if isinstance(data, BaseException):
            return json.dumps({"error": type(data).__name__})
        return DBOSPortableJSONSerializer().serialize(data)

    def deserialize(self, serialized_data: str) -> Any:
        """The data; an error comes back as Broken, which says its kind."""
        found = json.loads(serialized_data)
        if isinstance(found, dict) and found.keys() == {"error"}:
            return Broken("A step had failed: {kind}.", kind=found["error"])
        return found
