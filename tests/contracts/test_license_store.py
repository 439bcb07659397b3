"""What every store of licenses and holders must do, in memory and in PostgreSQL."""

from dataclasses import dataclass, replace

import pytest

from sealservice.identity.model import Organisation
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlHolderStore, SqlLicenseStore
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import LicenseAlreadyRegistered
from sealservice.licenses.model import FaceVersion, Holder, HolderKind, License, LicenseStatus
from sealservice.licenses.ports import HolderStore, LicenseStore
from sealservice.licenses.uscc import Uscc, check_letter
from tests.world_archive import no_transaction
from tests.world_licenses import NOON, MemoryHolderStore, MemoryLicenseStore, sample_license


@dataclass(frozen=True)
class Stores:
    """The two stores over one place, and two organisations that exist there."""

    licenses: LicenseStore
    holders: HolderStore
    transaction: Transaction
    ours: str
    theirs: str


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind."""
    ours, theirs = new_id("org"), new_id("org")
    if request.param == "memory":
        return Stores(MemoryLicenseStore(), MemoryHolderStore(), no_transaction, ours, theirs)
    database = request.getfixturevalue("database")
    for organisation_id in (ours, theirs):
        organisation = Organisation(organisation_id, organisation_id, NOON)
        SqlOrganisationStore(database).add(organisation)
    return Stores(
        SqlLicenseStore(database), SqlHolderStore(database), database.transaction, ours, theirs
    )


def _license(organisation_id: str, serial: int = 0) -> License:
    code = f"91419001MA{serial:07d}"
    made = sample_license(organisation_id, new_id("lic"))
    return replace(made, face=replace(made.face, uscc=Uscc(code + check_letter(code))))


def test_license_comes_back_as_it_went_in(stores: Stores) -> None:
    """Every field of a license, its face included, survives the store."""
    license_ = replace(_license(stores.ours), status=LicenseStatus.REVOKED, version=3)
    stores.licenses.add(license_)
    assert stores.licenses.get(stores.ours, license_.id) == license_
    assert stores.licenses.by_uscc(stores.ours, license_.uscc) == license_
    with stores.transaction():
        assert stores.licenses.lock(stores.ours, license_.id) == license_


def test_versions_of_a_face_are_kept(stores: Stores) -> None:
    """The newest face is the license's; every version comes back in order, to its owner alone."""
    license_ = _license(stores.ours)
    stores.licenses.add(license_)
    face = replace(license_.face, name="示例新名称有限公司")
    later = replace(license_, face=face, version=2)
    for one in (license_, later):
        version = FaceVersion(
            one.id, stores.ours, one.version, one.face, "变更", "staff", "stf_1", NOON
        )
        stores.licenses.add_version(version)
    stores.licenses.set_face(later)
    assert stores.licenses.get(stores.ours, license_.id) == later
    kept = stores.licenses.versions(stores.ours, license_.id)
    assert [(one.version, one.face) for one in kept] == [(1, license_.face), (2, face)]
    assert stores.licenses.versions(stores.theirs, license_.id) == []


def test_credit_code_is_unique_within_an_organisation(stores: Stores) -> None:
    """A second license with the same code is refused, and the transaction lives on."""
    first, again = _license(stores.ours), _license(stores.ours)
    with stores.transaction():
        stores.licenses.add(first)
        with pytest.raises(LicenseAlreadyRegistered, match=first.uscc):
            stores.licenses.add(again)
    assert stores.licenses.get(stores.ours, first.id) == first
    assert stores.licenses.get(stores.ours, again.id) is None
    stores.licenses.add(_license(stores.theirs))


def test_nobody_sees_another_organisations_rows(stores: Stores) -> None:
    """With another organisation's id nothing is found, by any way of asking."""
    license_ = _license(stores.theirs)
    holder = _holder(license_)
    stores.licenses.add(license_)
    stores.holders.add(holder)
    assert stores.licenses.get(stores.ours, license_.id) is None
    assert stores.licenses.by_uscc(stores.ours, license_.uscc) is None
    assert stores.licenses.page(stores.ours, None, 10) == []
    assert stores.holders.get(stores.ours, holder.id) is None
    assert stores.holders.of_license(stores.ours, license_.id) == []
    with stores.transaction():
        assert stores.licenses.lock(stores.ours, license_.id) is None


def test_pages_tile_the_list(stores: Stores) -> None:
    """Following the cursor shows every license once, in the order of the ids."""
    made = sorted((_license(stores.ours, serial) for serial in range(5)), key=lambda row: row.id)
    for license_ in reversed(made):
        stores.licenses.add(license_)
    first = stores.licenses.page(stores.ours, None, 2)
    second = stores.licenses.page(stores.ours, first[-1].id, 2)
    third = stores.licenses.page(stores.ours, second[-1].id, 2)
    assert [*first, *second, *third] == made
    assert stores.licenses.page(stores.ours, made[-1].id, 2) == []


def test_holders_come_back_with_their_license(stores: Stores) -> None:
    """Every holder of a license is returned as stored, revoked ones too."""
    license_ = _license(stores.ours)
    stores.licenses.add(license_)
    live, revoked = _holder(license_), replace(_holder(license_), revoked_at=NOON)
    stores.holders.add(live)
    stores.holders.add(revoked)
    expected = sorted((live, revoked), key=lambda row: row.id)
    assert stores.holders.of_license(stores.ours, license_.id) == expected
    assert stores.holders.get(stores.ours, revoked.id) == revoked
    with stores.transaction():
        assert stores.holders.lock(stores.ours, revoked.id) == revoked
        assert stores.holders.lock(stores.theirs, revoked.id) is None


def _holder(license_: License) -> Holder:
    return Holder(
        id=new_id("hld"),
        organisation_id=license_.organisation_id,
        license_id=license_.id,
        name="示例甲",
        kind=HolderKind.DEMONSTRATION,
        spki=b"\x30\x00\xff",
        created_at=NOON,
    )
