"""API keys at the edge: who is let in, and to what."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.kernel.actor import Permission
from tests.api.conftest import Caller
from tests.api.test_openapi import PUBLIC, operations
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld, bearer

PROTECTED = [
    (method, re.sub(r"\{\w+\}", "x", path), operation["security"][0]["ApiKey"])
    for method, path, operation in operations()
    if (method, path) not in PUBLIC
]


@pytest.mark.security
@pytest.mark.parametrize(("method", "path", "_scopes"), PROTECTED)
def test_nothing_is_open_without_a_key(
    client: EdgeClient, method: str, path: str, _scopes: list[str]
) -> None:
    """Each operation but verifying answers 401 and says how to authenticate."""
    answer = client.request(method, f"/api/v1{path}", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="sealservice"'


@pytest.mark.security
@pytest.mark.parametrize(("method", "path", "scopes"), PROTECTED)
def test_each_scope_is_needed(
    world: EdgeWorld, client: EdgeClient, method: str, path: str, scopes: list[str]
) -> None:
    """A key with every scope but one that an operation names is refused, and told which."""
    for scope in scopes:
        others = set(Permission) - {Permission(scope)}
        key = world.identity.key(world.ours.id, *others)
        answer = client.request(
            method, f"/api/v1{path}", headers=bearer(key, **{"Idempotency-Key": "k"})
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")
        assert scope in answer.json()["detail"]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda key: replace(key, expires_at=key.created_at), "api_key_expired"),
        (
            lambda key: replace(key, revoked_at=key.created_at + timedelta(1)),
            "api_key_revoked",
        ),
        (lambda key: replace(key, digest="0" * 64), "api_key_unknown"),
    ],
)
def test_dead_keys_open_nothing(world: EdgeWorld, ours: Caller, spoil, code: str) -> None:  # noqa: ANN001
    """Expired, revoked and unknown keys give 401 with the reason, and ``invalid_token``."""
    for key in list(world.identity.keys.rows.values()):
        world.identity.keys.rows[key.id] = spoil(key)
    answer = ours.get("/licenses")
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "esk_test_x", "Bearer "])
def test_other_credentials_are_no_key(client: EdgeClient, header: str) -> None:
    """Whatever is not a bearer token counts as no key at all."""
    answer = client.get("/api/v1/licenses", headers={"Authorization": header})
    assert answer.status_code == 401


def test_key_is_shown_once_and_works(ours: Caller) -> None:
    """A new key opens what its scopes say; lists never show it again; revoked, it is dead."""
    issued = ours.post("/api-keys", {"name": "档案", "scopes": ["records:read"], "days": 7})
    assert issued.status_code == 201
    secret, key_id = issued.json()["key"], issued.json()["id"]
    assert issued.json()["hint"] == secret[-4:]
    fresh = Caller(ours.client, secret)
    assert fresh.get("/records").status_code == 200
    assert fresh.get("/licenses").status_code == 403
    assert secret not in ours.get("/api-keys").text
    path = f"/api/v1/api-keys/{key_id}"
    gone = ours.client.request("DELETE", path, headers=bearer(ours.key))
    assert gone.status_code == 204
    assert fresh.get("/records").json()["code"] == "api_key_revoked"


@pytest.mark.security
def test_repeated_wish_for_a_key_does_not_show_it_again(world: EdgeWorld, ours: Caller) -> None:
    """The kept answer holds everything but the key, so that no key lies in the database."""
    body = {"name": "档案", "scopes": ["records:read"]}
    first = ours.post("/api-keys", body, **{"Idempotency-Key": "once"}).json()
    again = ours.post("/api-keys", body, **{"Idempotency-Key": "once"}).json()
    assert again == {**first, "key": None}
    assert first["key"] not in repr(world.answers)
