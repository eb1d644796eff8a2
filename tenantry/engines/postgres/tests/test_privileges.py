"""Root's ways to a server that is not root."""

from __future__ import annotations

import os

import pytest

from tenantry.engines.postgres import privileges


@pytest.fixture
def forbidding(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privileges, "namespaces_allowed", lambda: False)


def test_an_ordinary_user_runs_the_programs_as_they_are(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert privileges.prefix() == ()


def test_root_runs_them_in_a_user_namespace(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privileges, "namespaces_allowed", lambda: True)
    assert privileges.prefix()[0] == "unshare"


def test_where_namespaces_are_forbidden_a_system_user_runs_them(forbidding):
    assert privileges.prefix()[:2] == ("setpriv", "--reuid=tenantry")


def test_the_system_user_is_given_every_file(forbidding, monkeypatch, tmp_path):
    given = []
    monkeypatch.setattr(privileges, "_make_account", lambda: None)
    monkeypatch.setattr(privileges.shutil, "chown", lambda path, user, group: given.append(path))
    (tmp_path / "data").mkdir()
    privileges.hand_over(tmp_path)
    assert given == [tmp_path, tmp_path / "data"]
