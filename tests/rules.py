"""The mark of a test that proves an acceptance rule of the specification."""

from __future__ import annotations

import pytest

rule = pytest.mark.rule
