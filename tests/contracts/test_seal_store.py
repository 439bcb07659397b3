"""What every store of seals must do, in memory and in PostgreSQL."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from sealservice.identity.model import Organisation
from sealservice.infra.sql.certificates import SqlCertificateStore
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.seal_history import SqlSealHistory
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.infra.sql.tables import certificates, keys
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.model import License
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.errors import SealCodeTaken, SealExists
from sealservice.seals.model import (
    IMPORTED,
    Grounds,
    Seal,
    SealChange,
    SealEvent,
    SealKind,
    SealMakerName,
    SealRequest,
    SealState,
)
from sealservice.seals.ports import SealHistory, SealStore
from sealservice.seals.service import new_seal_code
from sealservice.trust.model import RevocationReason
from tests.world_archive import no_transaction
from tests.world_licenses import NOON, sample_license
from tests.world_sealing import MemorySealStore
from tests.world_seals import MemorySealHistory

ARTWORK = Artwork(40.0, 30.0, b"q Q")
MAKER = SealMakerName("示例制章单位", "007")


@dataclass(frozen=True)
class Stores:
    """The stores, and the license that seals in them belong to."""

    seals: SealStore
    history: SealHistory
    transaction: Transaction
    license: License
    certify: Callable[[], tuple[str, str]]
    """Makes a key and a certificate there; returns their ids."""
    revoke: Callable[[str], None]


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind."""
    license_ = sample_license(new_id("org"), new_id("lic"))
    if request.param == "memory":
        rows = MemorySealStore()
        made = iter(range(100))
        return Stores(
            rows, MemorySealHistory(), no_transaction, license_,
            lambda: (f"key_{next(made)}", f"{next(made):064x}"), rows.revoked.add,
        )  # fmt: skip
    database = request.getfixturevalue("database")
    SqlOrganisationStore(database).add(Organisation(license_.organisation_id, "甲", NOON))
    SqlLicenseStore(database).add(license_)
    return Stores(
        SqlSealStore(database), SqlSealHistory(database), database.transaction, license_,
        lambda: certify(database),
        lambda sha256: SqlCertificateStore(database, lambda: NOON).revoke(
            sha256, NOON, RevocationReason.SUPERSEDED
        ),
    )  # fmt: skip


def certify(database: Database) -> tuple[str, str]:
    """Insert a key and a root certificate, whose bytes nobody reads here."""
    key_id, sha256 = new_id("key"), secrets.token_hex(32)
    key = {
        "id": key_id, "purpose": "seal", "algorithm": "p256", "location": "envelope", "spki": b"",
        "created_at": NOON,
    }  # fmt: skip
    certificate = {
        "sha256": sha256, "key_id": key_id, "issuer_sha256": sha256, "serial": "1", "der": b"",
        "subject": "CN=x", "purpose": "seal", "not_before": NOON,
        "not_after": NOON + timedelta(days=365), "created_at": NOON,
    }  # fmt: skip
    with database.transaction():
        database.connection().execute(insert(keys).values(key))
        database.connection().execute(insert(certificates).values(certificate))
    return key_id, sha256


def test_a_seal_comes_back_as_it_went_in(stores: Stores) -> None:
    """A seal that was applied for is found by its id and among those that are not made yet."""
    seal = applied(stores.license)
    stores.seals.add(seal)
    assert stores.seals.by_id(seal.id, seal.organisation_id) == seal
    assert stores.seals.by_id(seal.id, "org_other") is None
    assert stores.seals.page(seal.organisation_id, None, 10) == [seal]
    assert seal.id in stores.seals.unmade()
    with stores.transaction():
        assert stores.seals.lock(seal.id, exclusive=True) == seal


def test_a_code_belongs_to_one_seal(stores: Stores) -> None:
    """The second seal with a code is refused, may be tried again, and leaves nothing."""
    first = applied(stores.license)
    stores.seals.add(first)
    with pytest.raises(SealCodeTaken, match=first.seal_code):
        stores.seals.add(replace(first, id=new_id("seal")))
    assert stores.seals.page(first.organisation_id, None, 10) == [first]


def test_a_seal_that_could_not_be_made_says_why(stores: Stores) -> None:
    """The reason is kept in both languages, and nobody tries to make it again."""
    seal = applied(stores.license)
    stores.seals.add(seal)
    failed = replace(
        seal, state=SealState.FAILED, failure={"code": "x", "zh": "无字形", "en": "no glyph"}
    )
    with stores.transaction():
        stores.seals.write(failed)
    assert stores.seals.by_id(seal.id) == failed
    assert seal.id not in stores.seals.unmade()


def made(stores: Stores, **fields: Any) -> Seal:  # noqa: ANN401 - fields of a seal
    """Insert a seal and have it made."""
    seal = replace(applied(stores.license), **fields)
    stores.seals.add(seal)
    key_id, certificate = stores.certify()
    done = replace(
        seal,
        state=SealState.MADE,
        artwork_sha256=ARTWORK.sha256,
        key_id=key_id,
        certificate_sha256=certificate,
        expires_at=NOON + timedelta(days=365),
    )
    with stores.transaction():
        stores.seals.make(done, ARTWORK)
    return done


def test_a_made_seal_keeps_its_drawing(stores: Stores) -> None:
    """What the signer wrote comes back to the letter, and so does the drawing."""
    seal = made(stores, kind=SealKind.CONTRACT, line="（1）", colour=Colour.BLUE, maker=MAKER)
    assert stores.seals.by_id(seal.id) == seal
    assert stores.seals.artwork(seal.id) == ARTWORK
    active = replace(seal, state=SealState.ACTIVE, activated_at=NOON, filing_number="4190-1")
    with stores.transaction():
        stores.seals.write(active)
    assert stores.seals.by_id(seal.id) == active
    stores.seals.move(seal.id, SealState.SUSPENDED)
    assert stores.seals.by_id(seal.id) == replace(active, state=SealState.SUSPENDED)


def test_a_brought_picture_waits_with_its_seal(stores: Stores) -> None:
    """The picture of a seal that is applied for is there before the seal is made."""
    seal = replace(applied(stores.license), design=IMPORTED)
    stores.seals.add(seal, ARTWORK)
    assert stores.seals.artwork(seal.id) == ARTWORK


def test_a_license_has_one_official_seal(stores: Stores) -> None:
    """A second one is not made, and the transaction lives on; one that replaces it may be."""
    first = made(stores)
    assert stores.seals.twin(first.license_id, SealKind.OFFICIAL, "") == first
    with pytest.raises(SealExists, match=first.id):
        made(stores)
    stores.seals.move(first.id, SealState.CANCELLED)
    assert stores.seals.twin(first.license_id, SealKind.OFFICIAL, "") is None
    second = made(stores, replaces=first.id)
    assert stores.seals.by_id(second.id) == second


def test_others_are_told_apart_by_their_text(stores: Stores) -> None:
    """（1） and （2） are two seals; the same text twice is not."""
    one, two = (made(stores, kind=SealKind.CONTRACT, line=line) for line in ("（1）", "（2）"))
    with pytest.raises(SealExists, match=two.id):
        made(stores, kind=SealKind.CONTRACT, line="（2）")
    with stores.transaction():
        mine = stores.seals.lock_of_license(stores.license.id)
    assert {one.id, two.id} <= {seal.id for seal in mine}


def test_cancelled_seals_wait_for_their_revocation(stores: Stores) -> None:
    """A seal that was cancelled is named until its certificate is revoked."""
    seal = made(stores)
    assert seal.id not in stores.seals.unrevoked()
    with stores.transaction():
        stores.seals.write(replace(seal, state=SealState.ACTIVE))
    stores.seals.move(seal.id, SealState.CANCELLED)
    assert seal.id in stores.seals.unrevoked()
    stores.revoke(seal.certificate_sha256 or "")
    assert seal.id not in stores.seals.unrevoked()


def test_history_comes_back_in_order(stores: Stores) -> None:
    """Lines come back as they were written, oldest first, and only those of the seal."""
    seal, other = applied(stores.license), applied(stores.license)
    for one in (seal, other):
        stores.seals.add(one)
    lines = [_line(seal, SealChange.APPLY, None), _line(seal, SealChange.FAIL, SealState.APPLIED)]
    for line in (lines[0], _line(other, SealChange.APPLY, None), lines[1]):
        stores.history.add_event(line)
    assert stores.history.events(seal.id) == lines


def test_requests_are_answered(stores: Stores) -> None:
    """A request waits until it has its answer, which says why if it was refused."""
    seal = applied(stores.license)
    stores.seals.add(seal)
    request = SealRequest(
        id=new_id("srq"),
        organisation_id=seal.organisation_id,
        seal_id=seal.id,
        change=SealChange.RESUME,
        grounds=Grounds("恢复", {"reference": "决议"}),
        actor_kind="staff",
        actor_id="stf_1",
        created_at=NOON,
    )
    done = replace(request, id=new_id("srq"), created_at=NOON + timedelta(seconds=1))
    for one in (request, done):
        stores.history.add_request(one)
    assert {request.id, done.id} <= set(stores.history.unanswered())
    refusal: JsonObject = {"code": "x", "zh": "不行", "en": "no"}
    stores.history.answer(request.id, NOON, refusal)
    stores.history.answer(done.id, NOON, None)
    with stores.transaction():
        locked = stores.history.request(request.id, lock=True)
    assert locked == replace(request, answered_at=NOON, failure=refusal)
    assert stores.history.requests(seal.id) == [locked, replace(done, answered_at=NOON)]
    assert not {request.id, done.id} & set(stores.history.unanswered())
    assert stores.history.request("srq_none") is None


def _line(seal: Seal, change: SealChange, before: SealState | None) -> SealEvent:
    return SealEvent(
        id=new_id("sev"),
        organisation_id=seal.organisation_id,
        seal_id=seal.id,
        change=change,
        before=before,
        after=SealState.APPLIED if before is None else SealState.FAILED,
        grounds=Grounds("原因", {"code": "x"}),
        actor_kind="operator",
        actor_id="root",
        at=NOON,
    )


def applied(license_: License) -> Seal:
    """Return a seal that its license's holder applied for."""
    return Seal(
        id=new_id("seal"),
        organisation_id=license_.organisation_id,
        license_id=license_.id,
        kind=SealKind.OFFICIAL,
        name=license_.name,
        state=SealState.APPLIED,
        seal_code=new_seal_code("9001"),
        created_at=NOON,
        width_mm=40.0,
        height_mm=40.0,
    )
