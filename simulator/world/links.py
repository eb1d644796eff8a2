"""Ids of what links two objects: both ids in one opaque text, as Microsoft's own are, so that they can be read back."""

from __future__ import annotations

import base64
import binascii
import uuid


def linked(*ids: str) -> str:
    """The id of the link between objects."""
    return base64.urlsafe_b64encode(b"".join(uuid.UUID(one).bytes_le for one in ids)).rstrip(b"=").decode()


def unlinked(text: str) -> tuple[str, ...]:
    """The ids that a link's id was made from; none for another text."""
    try:
        whole = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return ()
    if len(whole) % 16:
        return ()
    return tuple(str(uuid.UUID(bytes_le=whole[at : at + 16])) for at in range(0, len(whole), 16))
