"""Signed trust lists: what a named signer answers for, while it holds, and never backwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from sealservice.limits import Limits
from sealservice.verification.anchors import TrustAnchors, trust_anchors
from sealservice.verification.current_trust import CurrentTrust
from sealservice.verification.errors import (
    TrustListInvalid,
    TrustListRolledBack,
    TrustListStale,
    TrustListTerritory,
    TrustListUnknown,
    TrustStoreBroken,
)
from sealservice.verification.model import Verdict
from sealservice.verification.service import VerificationService
from sealservice.verification.trust_lists import TrustList, read_list
from sealservice.verification.trust_store import TrustStore
from tests.world_trust_lists import CA, DAY, OCSP, SPACE, STATUS, TSA, Listed, Publisher
from tests.world_verification import NOW, InProcess, SignedWorld, blank_pdf

Form = Callable[..., bytes]
FORMS = pytest.mark.parametrize("form", [Publisher.jws, Publisher.xml], ids=["json", "xml"])


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    """Return somebody whose lists are trusted."""
    return Publisher()


def taken(data: bytes, publisher: Publisher, territory: str | None = None) -> TrustList:
    """Take a list in."""
    return read_list(data, [publisher.unit.der], NOW, territory)


@FORMS
def test_granted_authorities_become_anchors(
    form: Form, publisher: Publisher, world: SignedWorld
) -> None:
    """Granted authorities and time-stamping units count; others and the withdrawn do not."""
    services = (
        Listed(world.root, CA),
        Listed(world.stamper, TSA),
        Listed(world.authority, CA, f"{STATUS}withdrawn"),
        Listed(world.plain_signer, OCSP),
    )
    found = taken(form(publisher, *services), publisher, "CN")
    assert [anchor.der for anchor in found.anchors] == [world.root.der, world.stamper.der]
    assert (found.territory, found.sequence) == ("CN", 1)
    assert found.next_update == NOW + 30 * DAY


@FORMS
def test_another_signer_is_refused(form: Form, publisher: Publisher, world: SignedWorld) -> None:
    """A list that somebody else signed brings its own certificate along, in vain."""
    stranger = Publisher()
    with pytest.raises(TrustListInvalid, match="signer named"):
        taken(form(stranger, Listed(world.root)), publisher)


@FORMS
def test_a_changed_list_is_refused(form: Form, publisher: Publisher, world: SignedWorld) -> None:
    """One changed byte in what is signed ends it."""
    data = form(publisher, Listed(world.root))
    middle = len(data) // 3
    for place in (middle, middle + 1, middle + 2):
        other = b"B" if data[place : place + 1] == b"A" else b"A"
        with pytest.raises(TrustListInvalid):
            taken(data[:place] + other + data[place + 1 :], publisher)


@FORMS
@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"next_update": None}, TrustListInvalid, "closed"),
        ({"next_update": NOW}, TrustListStale, "stale"),
        ({"issued": NOW + timedelta(hours=1)}, TrustListInvalid, "future"),
        ({"next_update": NOW + 200 * DAY}, TrustListInvalid, "half a year"),
        ({"territory": "HK"}, TrustListTerritory, "“HK”"),
        ({"sequence": 0}, TrustListInvalid, "not as TS"),
    ],
)
def test_a_list_that_is_not_current_is_refused(
    form: Form,
    publisher: Publisher,
    world: SignedWorld,
    changes: dict[str, object],
    error: type[Exception],
    told: str,
) -> None:
    """Freshness, order of times, territory and number are asked of every list."""
    data = form(publisher.later(**changes), Listed(world.root))
    with pytest.raises(error, match=told):
        taken(data, publisher, "CN")


@pytest.mark.security
def test_entities_and_document_types_are_refused(tmp_path: Path, publisher: Publisher) -> None:
    """SECURITY 23: no entity is read, from a file or from the list, however often it is nested."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for doctype in (
        f'<!DOCTYPE t [<!ENTITY l0 "{secret.as_uri()}">]>',
        f'<!DOCTYPE t [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE t [<!ENTITY l0 "ha">{laughs}]>',
        f'<!DOCTYPE t SYSTEM "{secret.as_uri()}">',
    ):
        body = f'{doctype}<TrustServiceStatusList xmlns="{SPACE}">&l0;</TrustServiceStatusList>'
        with pytest.raises(TrustListInvalid) as caught:
            taken(body.encode(), publisher)
        assert "secret" not in caught.value.message.en


@pytest.mark.security
def test_a_wrapped_signature_is_refused(publisher: Publisher, world: SignedWorld) -> None:
    """SECURITY 23: a true list inside a false one, or beside false content, lends it nothing."""
    true = etree.fromstring(publisher.xml(Listed(world.root)))
    false = publisher.tree(Listed(SignedWorld().root))
    signature = true.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    for held in (true, signature):
        attack = etree.fromstring(etree.tostring(false))
        attack.append(etree.fromstring(etree.tostring(held)))
        with pytest.raises(TrustListInvalid):
            taken(etree.tostring(attack), publisher)


@pytest.mark.security
@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_weak_jws_are_refused(publisher: Publisher, world: SignedWorld, alg: str) -> None:
    """SECURITY 17: neither no algorithm nor a secret made of the public key signs a list."""
    _, payload, signature = publisher.jws(Listed(world.root)).split(b".")
    header = __import__("base64").urlsafe_b64encode(f'{{"alg":"{alg}"}}'.encode()).rstrip(b"=")
    for end in (signature, b""):
        with pytest.raises(TrustListInvalid):
            taken(b".".join((header, payload, end)), publisher)


@pytest.mark.parametrize("data", [b"", b"x", b"a.b.c", b"<a", b"<a/>", b"....", b"\x00" * 99])
def test_rubbish_is_refused_in_words(publisher: Publisher, data: bytes) -> None:
    """What is no list at all is refused, and nothing else escapes."""
    with pytest.raises(TrustListInvalid):
        taken(data, publisher)


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    """Return an empty store."""
    return TrustStore(tmp_path / "trust", lambda: NOW)


def test_a_list_makes_its_seals_valid(
    store: TrustStore, publisher: Publisher, world: SignedWorld
) -> None:
    """A seal under a listed authority is valid, and the report names list, number and time."""
    state = store.add_list(publisher.jws(Listed(world.root)), publisher.unit.pem, "CN", None)
    trusted = store.with_roots(TrustAnchors("roots"))
    report = world.verify(world.archival(blank_pdf()), anchors=trusted)
    assert report.verdict is Verdict.VALID
    assert report.trust_list == {
        "name": f"roots + {state.name}",
        "sequence": 1,
        "issued": "2026-05-31T09:00:00Z",
        "left_out": None,
    }
    assert state.name.startswith("cn-fujian-seal-authorities-")


@FORMS
def test_lists_never_go_back(
    form: Form, store: TrustStore, publisher: Publisher, world: SignedWorld
) -> None:
    """An older list, and another of the same number, are refused; the same and newer are not."""
    second = publisher.later(sequence=2)
    data = form(second, Listed(world.root))
    name = store.add_list(data, publisher.unit.pem, None, None).name
    assert store.refresh(name, data).sequence == 2
    for older in (form(publisher, Listed(world.root)), form(second, Listed(world.authority))):
        with pytest.raises(TrustListRolledBack):
            store.refresh(name, older)
    elsewhere = form(publisher.later(sequence=3, territory="HK"), Listed(world.root))
    with pytest.raises(TrustListTerritory):
        store.refresh(name, elsewhere)
    assert store.refresh(name, form(publisher.later(sequence=3))).sequence == 3
    assert store.anchors_of(name) == ()


def test_a_stale_list_is_left_out_and_told_of(
    tmp_path: Path, publisher: Publisher, world: SignedWorld
) -> None:
    """When its next update passes, nothing of a list counts any more, and every report says so."""
    now = [NOW]
    store = TrustStore(tmp_path, lambda: now[0])
    name = store.add_list(publisher.jws(Listed(world.root)), publisher.unit.pem, None, None).name
    now[0] = NOW + 31 * DAY
    trusted = store.with_roots(TrustAnchors("roots"))
    assert (trusted.anchors, trusted.left_out, trusted.name) == ((), name, "roots")
    report = world.verify(world.sign(blank_pdf()), anchors=trusted)
    assert report.trust_list["left_out"] == name


@pytest.mark.security
def test_a_process_that_runs_on_forgets_what_went_stale(
    tmp_path: Path, publisher: Publisher, world: SignedWorld
) -> None:
    """The very moment a list goes stale its seals are unconfirmed, without a new start.

    A list that was read when the clock was ahead does not count either when the clock goes back.
    """
    now = [NOW]
    store = TrustStore(tmp_path, lambda: now[0])
    store.add_list(publisher.jws(Listed(world.root)), publisher.unit.pem, None, None)
    reads: list[datetime] = []

    def read() -> TrustAnchors:
        reads.append(now[0])
        return store.with_roots(TrustAnchors("roots"))

    service = VerificationService(
        InProcess(), CurrentTrust(read, lambda: now[0]), Limits(), lambda: now[0]
    )
    sealed = world.archival(blank_pdf())

    def verdict() -> Verdict:
        return service.verify("a.pdf", sealed).verdict

    assert [verdict(), verdict()] == [Verdict.VALID, Verdict.VALID]
    assert len(reads) == 1
    now[0] = NOW + 30 * DAY - timedelta(seconds=30)
    assert verdict() is Verdict.VALID
    now[0] = NOW + 30 * DAY
    assert verdict() is Verdict.UNCONFIRMED
    now[0] = NOW + timedelta(seconds=1)
    assert verdict() is Verdict.VALID
    assert len(reads) == 4


def test_certificates_are_added_by_hand(store: TrustStore, world: SignedWorld) -> None:
    """A certificate, PEM or DER, counts beside the roots, and once only."""
    roots = trust_anchors("roots", [world.root.pem])
    store.add_anchors(trust_anchors("one", [world.authority.pem, world.root.der]).anchors)
    found = store.with_roots(roots)
    assert {anchor.der for anchor in found.anchors} == {world.root.der, world.authority.der}
    assert found.name == "roots"


def test_a_broken_store_is_told_of(
    store: TrustStore, publisher: Publisher, world: SignedWorld
) -> None:
    """What cannot be read is an error, for an anchor that is silently left out changes verdicts."""
    name = store.add_list(publisher.jws(Listed(world.root)), publisher.unit.pem, None, None).name
    folder = store.folder / "lists" / name
    (folder / "anchors.pem").write_bytes(b"-----BEGIN nothing")
    with pytest.raises(TrustStoreBroken):
        store.with_roots(TrustAnchors("roots"))
    (folder / "state.json").write_text("{}")
    with pytest.raises(TrustStoreBroken):
        list(store.lists())
    for unknown in ("other", "../lists", name + "/."):
        with pytest.raises(TrustListUnknown):
            store.state(unknown)
