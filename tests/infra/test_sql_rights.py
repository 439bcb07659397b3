"""What each role of the database may not do, tried as that role."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Executable, Table, Update, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import SqlHolderStore
from sealservice.infra.sql.seal_registry import SqlSealRegistry
from sealservice.infra.sql.tables import (
    assertions,
    audit_facts,
    certificates,
    consumed_approvals,
    documents,
    key_material,
    keys,
    license_faces,
    licenses,
    order_signatures,
    organisations,
    records,
    sealing_orders,
    seals,
)
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.ids import new_id
from sealservice.licenses.errors import HolderEnrolmentRefused
from sealservice.licenses.model import Holder, HolderKind

pytestmark = [pytest.mark.engines, pytest.mark.security]

Opener = Callable[[ProcessKind], Database]
Row = dict[str, object]
NOW = datetime.now(UTC)
NOT_SIGNER = [ProcessKind.WEB, ProcessKind.WORKER, ProcessKind.CHECKER]
RUNNING = [ProcessKind.SIGNER, *NOT_SIGNER]
NOT_WEB = [ProcessKind.SIGNER, ProcessKind.WORKER, ProcessKind.CHECKER]
_FORBIDDEN = "42501"


def _run(database: Database, statement: Executable) -> None:
    with database.transaction():
        database.connection().execute(statement)


def _refused(database: Database, statement: Executable) -> str:
    with pytest.raises(ProgrammingError) as refused:
        _run(database, statement)
    assert getattr(refused.value.orig, "sqlstate", None) == _FORBIDDEN
    return str(refused.value.orig)


def _license(organisation_id: str) -> Row:
    return {
        "id": new_id("lic"), "organisation_id": organisation_id, "uscc": "91350100M000100Y43",
        "entity_type": "company", "name": "name", "face": {}, "status": "active", "version": 1,
        "created_at": NOW,
    }  # fmt: skip


def _seal(organisation_id: str, license_id: object) -> Row:
    return {
        "id": new_id("seal"), "organisation_id": organisation_id, "license_id": license_id,
        "kind": "official", "name": "name", "state": "applied", "seal_code": new_id("code"),
        "width_mm": 40, "height_mm": 40, "design": "official", "colour": "red", "line": "",
        "maker_name": "maker", "maker_code": "001", "created_at": NOW,
    }  # fmt: skip


def _document(organisation_id: str) -> Row:
    return {
        "id": new_id("doc"), "organisation_id": organisation_id, "filename": "a.pdf",
        "sha256": "0" * 64, "size": 1, "pages": 1, "object_key": "key", "created_at": NOW,
    }  # fmt: skip


def _order(organisation_id: str, document_id: object, seal_id: object) -> Row:
    return {
        "id": new_id("ord"), "organisation_id": organisation_id, "document_id": document_id,
        "seal_id": seal_id, "level": "B-LTA", "state": "pending", "seals": [], "signatures": [],
        "tail_key": "tail", "intent": b"{}", "intent_sha256": "0" * 64, "nonce": new_id("nonce"),
        "expires_at": NOW + timedelta(hours=1), "purpose": "test", "created_at": NOW,
        "updated_at": NOW,
    }  # fmt: skip


@pytest.fixture
def order(database: Database) -> Row:
    """Insert a pending order and everything it hangs on."""
    organisation_id = new_id("org")
    license_, document = _license(organisation_id), _document(organisation_id)
    seal = _seal(organisation_id, license_["id"])
    order = _order(organisation_id, document["id"], seal["id"])
    owner = {"id": organisation_id, "name": "name", "created_at": NOW}
    with database.transaction():
        for table, row in (
            (organisations, owner),
            (licenses, license_),
            (seals, seal),
            (documents, document),
            (sealing_orders, order),
        ):
            database.connection().execute(insert(table).values(row))
    return order


@pytest.mark.parametrize("kind", NOT_SIGNER)
def test_only_the_signer_sees_key_material(database_as: Opener, kind: ProcessKind) -> None:
    """No other running process reads or writes a wrapped key."""
    row = {"key_id": "key", "wrapped": b"", "nonce": bytes(12), "kek_id": "kek"}
    _refused(database_as(kind), select(key_material))
    _refused(database_as(kind), insert(key_material).values(row))
    _run(database_as(ProcessKind.SIGNER), select(key_material))


@pytest.mark.parametrize(
    "change",
    [{"state": "sealing"}, {"consumed_at": NOW}, {"expires_at": NOW}],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("kind", NOT_SIGNER)
def test_only_the_signer_moves_an_order_on(
    database_as: Opener, kind: ProcessKind, change: Row
) -> None:
    """Web takes an assertion; whether it approves anything is for the signer to say."""
    _refused(database_as(kind), update(sealing_orders).values(change))


@pytest.mark.parametrize("kind", NOT_SIGNER)
def test_only_the_signer_consumes_approvals_and_makes_records(
    database_as: Opener, order: Row, kind: ProcessKind
) -> None:
    """The proof that an approval was used, and its outcome, are the signer's to write."""
    burn = insert(consumed_approvals).values(
        nonce=order["nonce"], order_id=order["id"], consumed_at=NOW
    )
    _refused(database_as(kind), burn)
    _refused(database_as(kind), insert(records).values(id="rec"))
    _refused(database_as(kind), delete(assertions))
    _run(database_as(ProcessKind.SIGNER), burn)


def _signature(order: Row) -> Row:
    return {
        "order_id": order["id"], "position": 0, "organisation_id": order["organisation_id"],
        "seal_id": order["seal_id"], "signed_attributes": b"a",
        "signed_attributes_sha256": "0" * 64, "signature": b"s", "created_at": NOW,
    }  # fmt: skip


@pytest.mark.parametrize("kind", NOT_SIGNER)
def test_only_the_signer_keeps_signatures(
    database_as: Opener, order: Row, kind: ProcessKind
) -> None:
    """What a key made is the signer's to write down."""
    row = _signature(order)
    _refused(database_as(kind), insert(order_signatures).values(row))
    _refused(database_as(kind), update(order_signatures).values(container=b"c"))
    _run(database_as(ProcessKind.SIGNER), insert(order_signatures).values(row))


@pytest.mark.parametrize("kind", [ProcessKind.SIGNER, ProcessKind.ADMIN])
def test_a_signature_that_was_made_is_kept(
    database_as: Opener, order: Row, kind: ProcessKind
) -> None:
    """Its CMS is added once; nothing of it changes or goes, for the owner of the tables neither."""
    database = database_as(kind)
    _run(database, insert(order_signatures).values(_signature(order)))
    ours = update(order_signatures).where(order_signatures.c.order_id == order["id"])
    _refused(database, ours.values(signature=b"another"))
    _run(database, ours.values(container=b"cms"))
    _refused(database, ours.values(container=b"another"))
    _refused(database, delete(order_signatures))
    _refused(database, text("TRUNCATE order_signatures"))


def test_web_learns_whether_a_use_was_recorded(database_as: Opener, order: Row) -> None:
    """V27: the signature that was kept for a seal is known, by that seal alone."""
    _run(database_as(ProcessKind.SIGNER), insert(order_signatures).values(_signature(order)))
    registry = SqlSealRegistry(database_as(ProcessKind.WEB))
    kept, other = sha256_hex(b"s"), sha256_hex(b"another")
    assert registry.is_recorded(order["seal_id"], kept, other)
    assert not registry.is_recorded(order["seal_id"], other, other)
    assert not registry.is_recorded("seal_other", kept, other)


def _renamed(order: Row, database: Database, name: str) -> Update:
    """Return the update that gives the order's license another name, as its next version."""
    ours = licenses.c.organisation_id == order["organisation_id"]
    with database.transaction():
        uscc = database.connection().execute(select(licenses.c.uscc).where(ours)).scalar_one()
    face = {"name": name, "uscc": uscc}
    return update(licenses).where(ours).values(name=name, face=face, version=licenses.c.version + 1)


def test_a_face_changes_by_its_next_version(database_as: Opener, order: Row) -> None:
    """Web writes a new face with the next number, and never another entity's; nobody skips one."""
    web, owner = database_as(ProcessKind.WEB), database_as(ProcessKind.ADMIN)
    _run(web, _renamed(order, web, "another name"))
    change = _renamed(order, web, "a third name")
    for database in (web, owner):
        _refused(database, change.values(version=licenses.c.version))
        _refused(database, change.values(version=licenses.c.version + 2))
        _refused(database, change.values(face={"name": "a third name", "uscc": "another"}))
        _refused(database, change.values(uscc="91419001MA00000079"))
    for kind in NOT_WEB:
        _refused(database_as(kind), change)


def test_a_version_of_a_face_is_kept(database_as: Opener, order: Row) -> None:
    """Web and worker add versions; nobody changes or removes one, the owner neither."""
    web = database_as(ProcessKind.WEB)
    with web.transaction():
        license_id = web.connection().execute(
            select(licenses.c.id).where(licenses.c.organisation_id == order["organisation_id"])
        ).scalar_one()  # fmt: skip
    row = {
        "license_id": license_id, "organisation_id": order["organisation_id"], "version": 1,
        "face": {}, "reason": "r", "actor_kind": "staff", "actor_id": "a", "at": NOW,
    }  # fmt: skip
    _run(web, insert(license_faces).values(row))
    later = insert(license_faces).values({**row, "version": 2})
    for kind in (ProcessKind.SIGNER, ProcessKind.CHECKER):
        _refused(database_as(kind), later)
    _run(database_as(ProcessKind.WORKER), later)
    for database in (web, database_as(ProcessKind.ADMIN)):
        _refused(database, update(license_faces).values(reason="another"))
        _refused(database, delete(license_faces))


def test_a_nonce_is_in_one_order_only(database_as: Opener, order: Row) -> None:
    """One intent, which says its nonce, is never two orders; the signer refuses another nonce."""
    again = order | {"id": new_id("ord")}
    with pytest.raises(IntegrityError):
        _run(database_as(ProcessKind.WEB), insert(sealing_orders).values(again))


def test_signer_places_no_orders(database_as: Opener, order: Row) -> None:
    """Whoever holds the keys does not also ask for their use, nor approve it."""
    signer = database_as(ProcessKind.SIGNER)
    another = order | {"id": new_id("ord"), "nonce": new_id("nonce")}
    _refused(signer, insert(sealing_orders).values(another))
    _refused(signer, insert(assertions).values(order_id=order["id"]))


def test_nobody_inserts_an_order_that_is_not_pending(database: Database, order: Row) -> None:
    """Not even the owner of the table."""
    born_done = order | {"id": new_id("ord"), "nonce": new_id("nonce"), "state": "done"}
    assert "pending" in _refused(database, insert(sealing_orders).values(born_done))


def test_nobody_inserts_a_seal_that_is_active(database: Database, order: Row) -> None:
    """A seal gets its key and certificate by an UPDATE, which only the signer may do."""
    query = select(seals.c.license_id).where(seals.c.id == order["seal_id"])
    with database.transaction():
        license_id = database.connection().execute(query).scalar_one()
    born_active = _seal(str(order["organisation_id"]), license_id) | {"state": "active"}
    assert "applied" in _refused(database, insert(seals).values(born_active))


@pytest.mark.parametrize("kind", NOT_SIGNER)
def test_only_the_signer_changes_seals_keys_and_certificates(
    database_as: Opener, kind: ProcessKind
) -> None:
    """A seal is never pointed at another key by the process that faces the network."""
    database = database_as(kind)
    _refused(database, update(seals).values(state="active"))
    _refused(database, update(certificates).values(revoked_at=None))
    _refused(database, insert(keys).values(id="key"))
    _refused(database, update(documents).values(sha256="1" * 64))
    _refused(database, update(records).values(version_id="other"))


@pytest.mark.parametrize("kind", RUNNING)
def test_no_running_process_enrols_a_holder(
    database_as: Opener, database: Database, order: Row, kind: ProcessKind
) -> None:
    """Whoever could insert a holder could approve as that holder; the owner may."""
    query = select(seals.c.license_id).where(seals.c.id == order["seal_id"])
    with database.transaction():
        license_id = database.connection().execute(query).scalar_one()
    holder = Holder(
        new_id("hld"), str(order["organisation_id"]), license_id, "name",
        HolderKind.DEMONSTRATION, b"spki", NOW,
    )  # fmt: skip
    with pytest.raises(HolderEnrolmentRefused, match="sealservice license enrol"):
        SqlHolderStore(database_as(kind)).add(holder)
    SqlHolderStore(database).add(holder)


@pytest.mark.parametrize("kind", list(ProcessKind))
@pytest.mark.parametrize("table", [audit_facts, consumed_approvals], ids=str)
def test_history_only_grows(database_as: Opener, kind: ProcessKind, table: Table) -> None:
    """No role changes or removes what happened, the owner of the tables included."""
    database = database_as(kind)
    _refused(database, update(table).values({list(table.columns)[-1].name: None}))
    _refused(database, delete(table))
    _refused(database, text(f"TRUNCATE {table.name}"))


@pytest.mark.parametrize("kind", [ProcessKind.WEB, ProcessKind.SIGNER, ProcessKind.WORKER])
def test_place_of_a_fact_is_given_by_the_database(database_as: Opener, kind: ProcessKind) -> None:
    """A process adds facts and cannot choose their place in the sequence."""
    row = {
        "id": new_id("fact"), "at": NOW, "actor_kind": "process", "actor_id": "test",
        "fact": "test", "subject": "test", "detail": {},
    }  # fmt: skip
    _run(database_as(kind), insert(audit_facts).values(row))
    with pytest.raises(ProgrammingError, match="GENERATED ALWAYS"):
        _run(database_as(kind), insert(audit_facts).values(row | {"sequence": 1}))


def test_checker_writes_only_findings(database_as: Opener) -> None:
    """The role that recomputes everything writes nothing but its own findings."""
    query = text(
        "SELECT relname, privilege_type FROM pg_class, aclexplode(relacl)"
        " WHERE grantee = 'sealservice_checker'::regrole"
    )
    checker = database_as(ProcessKind.CHECKER)
    with checker.transaction():
        granted = checker.connection().execute(query).all()
    assert {one for one in granted if one[1] != "SELECT"} == {("second_opinions", "INSERT")}
    assert "key_material" not in {table for table, _right in granted}


@pytest.mark.parametrize("kind", RUNNING)
@pytest.mark.parametrize("thing", ["TABLE mine (id int)", "TEMP TABLE mine (id int)", "ROLE mine"])
def test_running_processes_make_nothing(database_as: Opener, kind: ProcessKind, thing: str) -> None:
    """No running process creates tables, temporary tables or roles."""
    _refused(database_as(kind), text(f"CREATE {thing}"))
