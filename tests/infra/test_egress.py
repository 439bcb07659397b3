"""Connections to addresses that strangers wrote end in the public network or nowhere."""

from collections.abc import Iterator

import pytest

from sealservice.infra.egress import is_public
from sealservice.infra.exchange import Exchange, ExchangeFailed
from sealservice.limits import Limits
from tests.world_network import PUBLIC, Answer, Network, network

pytestmark = pytest.mark.security

CRL = frozenset({"application/pkix-crl"})
INSIDE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1",
    "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2001:db8::1",
)  # fmt: skip


@pytest.fixture
def public() -> Iterator[Network]:
    """Return a network with one list in it."""
    with network() as played:
        played.answers["/list.crl"] = Answer(b"list")
        yield played


def exchange(played: Network, allowed: tuple[str, ...] = ()) -> Exchange:
    """Return a client in that network."""
    return Exchange(Limits(), played.transport(allowed))


@pytest.mark.parametrize("address", INSIDE)
def test_inner_addresses_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, multicast, reserved, and each of them wrapped."""
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are(address: str) -> None:
    """What everybody can reach, we may."""
    assert is_public(address)


def test_public_names_are_asked_at_the_address_looked_up(public: Network) -> None:
    """A name is looked up once, and the connection goes to what was looked at."""
    with_public = exchange(public)
    assert with_public.ask("http://crl.example.org/list.crl", CRL) == b"list"
    assert (public.looked_up, public.connected) == (["crl.example.org"], [PUBLIC])
    with_public.close()


@pytest.mark.parametrize("address", INSIDE)
def test_no_packet_leaves_for_inner_addresses(public: Network, address: str) -> None:
    """SECURITY 28: also where only one of several addresses of a name is an inner one."""
    public.addresses["trap.example.org"] = [PUBLIC, address]
    client = exchange(public)
    with pytest.raises(ExchangeFailed, match="not in the public network"):
        client.ask("http://trap.example.org/list.crl", CRL)
    assert (public.connected, public.asked) == ([], [])
    client.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://crl.example.org:22/list.crl", "80 or 443"),
        ("http://none.example.org/list.crl", "looked up"),
    ],
)
def test_other_ports_and_no_names_are_refused(public: Network, url: str, told: str) -> None:
    """No other service is reached; a name without an address is told of."""
    public.addresses["none.example.org"] = []
    client = exchange(public)
    with pytest.raises(ExchangeFailed, match=told):
        client.ask(url, CRL)
    assert public.connected == []
    client.close()


def test_redirects_lead_nowhere(public: Network) -> None:
    """SECURITY 27: an answer that points elsewhere is no answer."""
    place = (("Location", "http://127.0.0.1/internal-admin"),)
    public.answers["/moved"] = Answer(b"", status=302, headers=place)
    client = exchange(public)
    with pytest.raises(ExchangeFailed, match="302"):
        client.ask("http://crl.example.org/moved", CRL)
    assert public.asked == ["/moved"]
    client.close()


def test_allowed_places_are_exempt(public: Network) -> None:
    """What the settings allow is asked by its name, wherever it is, and nothing beside it."""
    client = exchange(public, ("inner.example.org:8080",))
    assert client.ask("http://inner.example.org:8080/list.crl", CRL) == b"list"
    assert (public.looked_up, public.connected) == ([], ["inner.example.org"])
    public.addresses["inner.example.org"] = ["10.0.0.1"]
    with pytest.raises(ExchangeFailed, match="not in the public network"):
        client.ask("http://inner.example.org/list.crl", CRL)
    client.close()
