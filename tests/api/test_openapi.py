"""The description of the API: checked in, complete, and true."""

import json
from pathlib import Path
from typing import Any

import pytest

from sealservice.api.app import describe_api
from sealservice.api.schema import openapi, written
from sealservice.kernel.actor import Permission
from tests.api.conftest import Caller

CHECKED_IN = Path(__file__).parents[2] / "docs" / "openapi.json"
PUBLIC = {("post", "/verifications")}


CREATES_NOTHING = (
    "/searches", "/picture-checks", "/augmentations", "/{batch_id}",
    "/disable", "/enable", "/redeliver",
)  # fmt: skip


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return every operation as method, path and description."""
    return [
        (method, path, operation)
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def test_checked_in_description_is_current() -> None:
    """``docs/openapi.json`` is what ``make openapi`` would write."""
    assert CHECKED_IN.read_text(encoding="utf-8") == written(openapi())


def test_description_is_written_alike_each_time() -> None:
    """Two runs write the same bytes; the version of OpenAPI is 3.1."""
    assert written(openapi()) == written(openapi())
    assert openapi()["openapi"].startswith("3.1.")


def test_every_reference_leads_somewhere() -> None:
    """All schemas referred to exist, and FastAPI's own error schemas are not among them."""
    text = json.dumps(openapi())
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(openapi()["components"]["schemas"])
    assert "HTTPValidationError" not in names


@pytest.mark.parametrize(
    ("method", "path", "operation"), operations(), ids=lambda part: str(part)[:60]
)
def test_every_operation_tells_all(method: str, path: str, operation: dict[str, Any]) -> None:
    """Each operation has a summary, a description, problems, and says which scopes it needs."""
    assert operation["summary"]
    assert operation["description"]
    assert {"500", "503"} <= set(operation["responses"])
    assert operation["responses"].get("422", {}).get("description") != "Validation Error"
    if (method, path) in PUBLIC:
        assert "security" not in operation
        return
    (needed,) = operation["security"]
    assert {Permission(scope) for scope in needed["ApiKey"]}
    assert {"401", "403"} <= set(operation["responses"])
    creates = method == "post" and not path.endswith(CREATES_NOTHING)
    headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
    assert ("Idempotency-Key" in headers) == creates


def test_example_of_a_license_is_accepted(ours: Caller) -> None:
    """What the description shows as an example can be sent as it stands."""
    body = openapi()["paths"]["/licenses"]["post"]["requestBody"]["content"]["application/json"]
    answer = ours.post("/licenses", body["schema"]["examples"][0])
    assert answer.status_code == 201, answer.text


def test_nothing_describes_itself_in_public() -> None:
    """No page of the web framework, which would need outside scripts, is served."""
    app = describe_api()
    assert (app.docs_url, app.redoc_url) == (None, None)
