"""A world for each test, and a browser-like client of its pages."""

import re

import pytest

from sealservice.identity.model import Role
from tests.edge_client import EdgeClient
from tests.world_edges import PUBLIC_URL, EdgeWorld

OWN = {"Origin": PUBLIC_URL}


@pytest.fixture
def world() -> EdgeWorld:
    """Give a fresh world."""
    return EdgeWorld()


@pytest.fixture
def client(world: EdgeWorld) -> EdgeClient:
    """Give a visitor who has not signed in."""
    return EdgeClient(world.web(), PUBLIC_URL)


def sign_in(world: EdgeWorld, client: EdgeClient, *roles: Role, name: str = "王芳") -> None:
    """Sign a visitor in as a person of our organisation."""
    link = world.identity.signin_link(world.ours.id, *roles, name=name)
    assert client.post(f"/login/{link}", headers=OWN).status_code == 303


def form_token(html: str) -> str:
    """Return the token in a page's forms."""
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', html)
    assert found is not None
    return found.group(1)
