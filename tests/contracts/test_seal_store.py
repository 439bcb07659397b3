"""What every store of seals must do, in memory and in PostgreSQL."""

from dataclasses import dataclass, replace

import pytest

from sealservice.identity.model import Organisation
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.model import License
from sealservice.seals.errors import SealCodeTaken
from sealservice.seals.model import Seal, SealKind, SealState
from sealservice.seals.ports import SealStore
from sealservice.seals.service import new_seal_code
from tests.world_archive import no_transaction
from tests.world_licenses import NOON, sample_license
from tests.world_sealing import MemorySealStore


@dataclass(frozen=True)
class Stores:
    """The store, and the license that seals in it belong to."""

    seals: SealStore
    transaction: Transaction
    license: License


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the store of one kind."""
    license_ = sample_license(new_id("org"), new_id("lic"))
    if request.param == "memory":
        return Stores(MemorySealStore(), no_transaction, license_)
    database = request.getfixturevalue("database")
    SqlOrganisationStore(database).add(Organisation(license_.organisation_id, "甲", NOON))
    SqlLicenseStore(database).add(license_)
    return Stores(SqlSealStore(database), database.transaction, license_)


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
