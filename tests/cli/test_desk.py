"""Who is at the machine is the system's word, not the environment's."""

import os
import pwd

import pytest

from sealservice.cli.desk import user_name


def test_user_is_not_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One user stays one person whatever LOGNAME and its like say."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "somebody-else")
    assert user_name() == pwd.getpwuid(os.getuid()).pw_name


def test_unknown_user_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without an entry of the system's is still one person."""
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert user_name() == "uid 4000000001"
