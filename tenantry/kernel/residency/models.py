"""The directory: routing facts, claims and counters; no name, no address, no business data."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tenantry.kernel.residency.home import Home


class Route(models.Model):
    """Where something lives: an id, or a keyed and versioned hash, to partner and region."""

    home: ClassVar[Home] = Home.DIRECTORY

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    key_version = models.SmallIntegerField()
    partner_id = models.BigIntegerField()
    region = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "key"), name="residency_route_once")]


class Claim(models.Model):
    """A row that must be unique over regions, held by a partner before it is written."""

    home: ClassVar[Home] = Home.DIRECTORY

    kind = models.CharField(max_length=16)
    hash = models.CharField(max_length=64)
    key_version = models.SmallIntegerField()
    partner_id = models.BigIntegerField()
    region = models.CharField(max_length=20)
    claimed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "hash"), name="residency_claim_once")]


class Attempt(models.Model):
    """How often something was tried in a window of time."""

    home: ClassVar[Home] = Home.DIRECTORY

    hash = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("hash", "window"), name="residency_attempt_once")]
