"""Probes: alive while the process is, ready while its parts are."""

import time

import pytest
from fastapi import FastAPI

from sealservice.api import health
from sealservice.api.health import health_router
from tests.edge_client import EdgeClient


def probed(**checks) -> EdgeClient:  # noqa: ANN003 - callables
    """Return a client of the probes alone."""
    app = FastAPI(openapi_url=None)
    app.include_router(health_router(checks))
    return EdgeClient(app, "http://any")


def test_ready_when_every_part_answers() -> None:
    """All parts ready: 200, each by name."""
    answer = probed(database=lambda: None, store=lambda: "fine").get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"database": "ready", "store": "ready"}}


@pytest.mark.security
def test_not_ready_says_which_and_not_why(caplog: pytest.LogCaptureFixture) -> None:
    """A failing part: 503 with its name; the reason is in the log alone. The process lives."""

    def broken() -> None:
        message = "password of 10.1.2.3"
        raise RuntimeError(message)

    client = probed(database=broken, store=lambda: None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": "not ready", "store": "ready"}
    assert "10.1.2.3" not in answer.text
    assert "10.1.2.3" in caplog.text
    assert client.get("/livez").status_code == 200


def test_silent_part_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that does not answer in time is not ready."""
    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.05)
    assert probed(store=lambda: time.sleep(0.3)).get("/readyz").status_code == 503
