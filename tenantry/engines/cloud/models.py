"""What the processes of a region have spent of their budgets."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tenantry.kernel.residency.home import Home


class Spending(models.Model):
    """One budget's state; its key is a hash that names nobody, so it needs no row security."""

    home: ClassVar[Home] = Home.PARTNER

    key = models.BinaryField(primary_key=True)
    state = models.BinaryField(default=b"")
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return bytes(self.key).hex()
