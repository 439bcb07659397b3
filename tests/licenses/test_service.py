"""Registering licenses and enrolling holders: permission, uniqueness, audit, production."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealservice.config import Environment
from sealservice.kernel.actor import Actor, ActorKind, Permission, PermissionMissing, operator
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import FieldsInvalid
from sealservice.licenses.errors import (
    DemonstrationHolderRefused,
    FaceInvalid,
    FaceOfAnotherEntity,
    FaceUnchanged,
    HolderKeyInvalid,
    LicenseAlreadyRegistered,
    LicenseAtItsEnd,
    LicenseNotFound,
)
from sealservice.licenses.model import EntityType, HolderKind, License, LicenseStatus
from sealservice.licenses.service import HolderService, LicenseService
from sealservice.limits import Limits
from sealservice.trust.model import RevocationReason
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_licenses import (
    NOON,
    MemoryHolderStore,
    MemoryLicenseStore,
    face_json,
    sample_face,
)

REGISTRAR = operator("registrar", "org_a")
STRANGER = operator("registrar", "org_b")
READER = Actor(ActorKind.STAFF, "reader", "org_a", frozenset({Permission.LICENSES_READ}))
NOBODY = Actor(ActorKind.STAFF, "nobody", "org_a", frozenset())


def _spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


P256 = _spki(ec.generate_private_key(ec.SECP256R1()).public_key())


class Told:
    """Implements ``LicenseSeals``: remembers what a license's fate was to do to its seals."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def suspend(self, _actor: Actor, license_id: str, _reason: str) -> None:
        """Remember."""
        self.told.append(("suspend", license_id))

    def lock(self, license_id: str) -> None:
        """Remember."""
        self.told.append(("lock", license_id))

    def outdate(self, _actor: Actor, license_: License, _reason: str) -> None:
        """Remember, with the name on the new face."""
        self.told.append((license_.name, license_.id))

    def cancel(
        self, _actor: Actor, license_id: str, _reason: str, revocation: RevocationReason
    ) -> None:
        """Remember, with the reason of the revocation."""
        self.told.append((revocation.value, license_id))

    def resume(self, _actor: Actor, license_id: str, _reason: str) -> None:
        """Remember."""
        self.told.append(("resume", license_id))


class World:
    """Both services over one memory."""

    def __init__(self, environment: Environment = Environment.DEMONSTRATION) -> None:
        self.audit = MemoryAuditLog()
        self.store = MemoryLicenseStore()
        self.rows = MemoryHolderStore()
        self.seals = Told()
        self.licenses = LicenseService(
            self.store, self.seals, self.audit, no_transaction, lambda: NOON, Limits()
        )
        self.holders = HolderService(
            self.store, self.rows, self.audit, no_transaction, lambda: NOON, environment
        )


@pytest.fixture
def world() -> World:
    """Give an empty world."""
    return World()


def test_registered_license_is_active_and_audited(world: World) -> None:
    """Registration stores version 1 of an active license and leaves one fact about it."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    assert world.licenses.show(READER, license_.id) == license_
    assert (license_.status, license_.version) == (LicenseStatus.ACTIVE, 1)
    assert license_.name == sample_face()["name"]
    (fact,) = world.audit.facts
    assert (fact.fact, fact.subject) == (Fact.LICENSE_REGISTERED, license_.id)
    assert fact.detail["uscc"] == license_.uscc


def test_nothing_is_written_when_refused(world: World) -> None:
    """Without permission, with a bad face, or a second time: no row and no fact."""
    world.licenses.register(REGISTRAR, sample_face())
    with pytest.raises(PermissionMissing):
        world.licenses.register(READER, sample_face())
    with pytest.raises(FaceInvalid):
        world.licenses.register(REGISTRAR, {**sample_face(), "uscc": "9"})
    with pytest.raises(LicenseAlreadyRegistered, match="91419001MA00000079"):
        world.licenses.register(REGISTRAR, sample_face())
    assert len(world.store.rows) == len(world.audit.facts) == 1


def test_other_organisations_see_nothing(world: World) -> None:
    """A license of another organisation is not found, and may be registered there as well."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    with pytest.raises(LicenseNotFound, match=license_.id):
        world.licenses.show(STRANGER, license_.id)
    with pytest.raises(LicenseNotFound):
        world.holders.enrol_demonstration_holder(STRANGER, license_.id, "示例甲", P256)
    assert world.licenses.page(STRANGER, None, 10) == []
    assert world.licenses.register(STRANGER, sample_face()).id != license_.id


def test_reading_needs_permission(world: World) -> None:
    """Nobody reads licenses or holders without the permission."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    with pytest.raises(PermissionMissing):
        world.licenses.show(NOBODY, license_.id)
    with pytest.raises(PermissionMissing):
        world.licenses.page(NOBODY, None, 10)
    with pytest.raises(PermissionMissing):
        world.holders.of_license(NOBODY, license_.id)


def test_demonstration_holder_is_recorded_as_such(world: World) -> None:
    """The enrolled stand-in is marked as demonstration, in the row and in the log."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    holder = world.holders.enrol_demonstration_holder(REGISTRAR, license_.id, "示例甲", P256)
    assert holder.kind is HolderKind.DEMONSTRATION
    assert world.holders.of_license(READER, license_.id) == [holder]
    fact = world.audit.facts[-1]
    assert (fact.fact, fact.subject) == (Fact.HOLDER_ENROLLED, holder.id)
    assert fact.detail["kind"] == "demonstration"


@pytest.mark.security
def test_production_refuses_demonstration_holders() -> None:
    """In production no stand-in is enrolled, whoever asks."""
    world = World(Environment.PRODUCTION)
    license_ = world.licenses.register(REGISTRAR, sample_face())
    with pytest.raises(DemonstrationHolderRefused):
        world.holders.enrol_demonstration_holder(REGISTRAR, license_.id, "示例甲", P256)
    assert world.rows.rows == {}


@pytest.mark.parametrize(
    "spki",
    [
        b"",
        b"not a key",
        P256[:-1],
        _spki(ec.generate_private_key(ec.SECP384R1()).public_key()),
        _spki(ed25519.Ed25519PrivateKey.generate().public_key()),
    ],
    ids=["empty", "garbage", "truncated", "P-384", "Ed25519"],
)
def test_only_p256_keys_are_enrolled(world: World, spki: bytes) -> None:
    """Anything that is not a P-256 public key is refused."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    with pytest.raises(HolderKeyInvalid):
        world.holders.enrol_demonstration_holder(REGISTRAR, license_.id, "示例甲", spki)


def test_a_changed_face_is_a_new_version(world: World) -> None:
    """The new face is shown, the old one kept with its reason; seals are told of the new name."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    renamed = {**sample_face(), "name": "示例新名称有限公司"}
    after = world.licenses.change(REGISTRAR, license_.id, renamed, " 名称变更 ")
    assert world.licenses.show(READER, license_.id) == after
    assert (after.version, after.name) == (2, "示例新名称有限公司")
    kept = world.licenses.versions(READER, license_.id)
    assert [(one.version, one.face, one.reason) for one in kept] == [
        (1, license_.face, "登记"),
        (2, after.face, "名称变更"),
    ]
    fact = world.audit.facts[-1]
    assert (fact.fact, fact.detail["changed"]) == (Fact.LICENSE_CHANGED, ["name"])
    assert world.seals.told == [("lock", license_.id), ("示例新名称有限公司", license_.id)]


def test_a_face_that_cannot_follow_is_refused(world: World) -> None:
    """The same face, another entity's, a wrong one, no reason, no right: nothing is written."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    same, wrong = sample_face(), {**sample_face(), "uscc": "9"}
    another = {**sample_face(), "uscc": "91350100M000100Y43"}
    trader = {**face_json(EntityType.SOLE_TRADER), "uscc": license_.uscc}
    for face, refusal in (
        (same, FaceUnchanged),
        (another, FaceOfAnotherEntity),
        (trader, FaceOfAnotherEntity),
        (wrong, FaceInvalid),
    ):
        with pytest.raises(refusal):
            world.licenses.change(REGISTRAR, license_.id, face, "变更")
    renamed = {**sample_face(), "name": "示例新名称有限公司"}
    with pytest.raises(FieldsInvalid):
        world.licenses.change(REGISTRAR, license_.id, renamed, "  ")
    with pytest.raises(PermissionMissing):
        world.licenses.change(READER, license_.id, renamed, "变更")
    with pytest.raises(LicenseNotFound):
        world.licenses.change(STRANGER, license_.id, renamed, "变更")
    assert len(world.licenses.versions(READER, license_.id)) == 1
    assert not world.seals.told or {kind for kind, _ in world.seals.told} == {"lock"}


def test_a_license_at_its_end_changes_no_more(world: World) -> None:
    """What was revoked stays as it was."""
    license_ = world.licenses.register(REGISTRAR, sample_face())
    world.licenses.revoke(REGISTRAR, license_.id, "吊销")
    with pytest.raises(LicenseAtItsEnd):
        world.licenses.change(REGISTRAR, license_.id, {**sample_face(), "name": "新"}, "变更")
