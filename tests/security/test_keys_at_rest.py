"""SECURITY 30: private keys of a running installation are in no file, no dump and no object.

Two secrets lie in the home by design, each in one file of mode 0600: the key-encryption key
(``kek``), and the key of the demonstration's stand-in for a holder, whom production refuses.
"""

import base64
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sealservice.bootstrap.demonstration_holder import DemonstrationHolder
from sealservice.infra.keys.kek import provide_key_encryption_key
from sealservice.infra.keys.table import SqlKeyStore
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import s3_client
from sealservice.infra.sql.database import Database
from sealservice.infra.stores import DOCUMENTS, RECORDS
from sealservice.kernel.clock import utc_now
from sealservice.trust.model import KeyPurpose
from tests.security.served import House
from tests.security.test_roles import program

pytestmark = [pytest.mark.engines, pytest.mark.security]

SECONDS = 60
Secrets = dict[str, bytes]


def _numbers(key: object) -> Iterator[bytes]:
    """Yield the numbers that make a key private."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        yield key.private_numbers().private_value.to_bytes(32)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        for number in (numbers.p, numbers.q, numbers.d):
            yield number.to_bytes((number.bit_length() + 7) // 8)


@pytest.fixture(scope="module")
def keys(house: House) -> Secrets:
    """Give the private numbers of every key of the installation, opened as the signer does."""
    database = Database(house.installation.database_urls[ProcessKind.SIGNER], pool_size=1)
    kek = provide_key_encryption_key(house.installation.settings)
    store = SqlKeyStore(database, kek, utc_now)
    opened = {stored.id: store.open(stored.id, stored.purpose) for stored in store.list()}
    database.close()
    assert set(KeyPurpose) == {one.stored.purpose for one in opened.values()}
    return {
        f"{key_id}/{place}": number
        for key_id, one in opened.items()
        for place, number in enumerate(_numbers(one.private))
    }


@pytest.fixture(scope="module")
def kek(house: House) -> bytes:
    """Give the key-encryption key."""
    return provide_key_encryption_key(house.installation.settings).secret


@pytest.fixture(scope="module")
def holder(house: House) -> bytes:
    """Give the number of the demonstration's holder."""
    (number,) = _numbers(DemonstrationHolder.of(house.installation).key)
    return number


def written(secret: bytes) -> set[bytes]:
    """Return the ways in which a secret may stand in a file: raw, hex, decimal, base64."""
    ways = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    ways.add(str(int.from_bytes(secret)).encode())
    for shift in range(3):  # inside of longer base64, whose letters depend on what stands before
        aligned = secret[shift : shift + (len(secret) - shift) // 3 * 3]
        ways |= {base64.b64encode(aligned), base64.urlsafe_b64encode(aligned)}
    return ways


def holding(content: bytes, secrets: Secrets) -> list[str]:
    """Return the names of the secrets that stand in some bytes, also over the end of a line."""
    unwrapped = content.translate(None, b"\r\n")
    return [
        name
        for name, secret in secrets.items()
        if any(way in content or way in unwrapped for way in written(secret))
    ]


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    for path in home.rglob("*"):
        with suppress(FileNotFoundError):  # the engines remove files while we look
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(home)), path.read_bytes()


def test_the_search_finds_what_is_there() -> None:
    """Each way of writing is found inside of something longer."""
    secret = bytes(range(32))
    for before in (b"", b"a", b"ab"):
        pem = base64.encodebytes(before + bytes(40) + secret + b"tail")
        assert pem.count(b"\n") == 2
        assert holding(b"x" + pem, {"secret": secret}) == ["secret"]
    assert holding(b"x" + secret.hex().encode(), {"secret": secret}) == ["secret"]
    assert holding(base64.b64encode(secret[::-1]), {"secret": secret}) == []


def test_no_file_of_the_home_holds_a_key(
    house: House, keys: Secrets, kek: bytes, holder: bytes
) -> None:
    """Tables, write-ahead log, objects, settings, logs: the two secrets are in their own files."""
    secrets = {**keys, "kek": kek, "holder": holder}
    found = {
        (name, secret) for name, text in _files(house.home) for secret in holding(text, secrets)
    }
    assert found == {("kek", "kek"), ("demonstration-holder.pem", "holder")}
    for name, _ in found:
        assert (house.home / name).stat().st_mode & 0o777 == 0o600


def test_no_dump_holds_a_key(house: House, keys: Secrets, kek: bytes, holder: bytes) -> None:
    """A backup by pg_dump has the wrapped keys, and opens none of them."""
    url = house.installation.queue_url(ProcessKind.ADMIN)
    dumped = subprocess.run(
        [program("pg_dump"), "--no-password", url], capture_output=True, timeout=SECONDS, check=True
    ).stdout
    assert b"COPY public.key_material" in dumped
    assert all(name.partition("/")[0].encode() in dumped for name in keys)
    assert holding(dumped, {**keys, "kek": kek, "holder": holder}) == []


def test_no_object_holds_a_key(house: House, keys: Secrets, kek: bytes, holder: bytes) -> None:
    """Neither sources nor tails nor records have anything of a key in them."""
    client = s3_client(house.installation.accounts[ProcessKind.ADMIN])
    seen = 0
    for bucket in (DOCUMENTS, RECORDS):
        for found in client.list_objects(bucket, recursive=True):
            content = client.get_object(bucket, str(found.object_name)).read()
            assert holding(content, {**keys, "kek": kek, "holder": holder}) == []
            seen += 1
    assert seen >= 3


def test_processes_leave_no_core_file(house: House) -> None:
    """Neither web nor signer may write its memory to a file when it crashes."""
    for name in ("web", "signer"):
        pid = int((house.home / name / "pid").read_text("ascii"))
        assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)


def test_web_process_has_no_key_in_its_memory(
    house: House, keys: Secrets, kek: bytes, holder: bytes
) -> None:
    """Not one page of it, nor of its children, holds a private number or the key to the keys."""
    for process in (house.web, *house.web.children(recursive=True)):
        found: set[str] = set()
        for content in _memory(process):
            found |= {
                name
                for name, secret in {**keys, "kek": kek, "holder": holder}.items()
                if secret in content
            }
        assert found == set()


def _memory(process: psutil.Process) -> Iterator[bytes]:
    """Yield the readable private memory of a process, part by part."""
    folder = Path(f"/proc/{process.pid}")
    if not os.access(folder / "mem", os.R_OK):
        pytest.skip("may not look into the memory of processes")
    with (folder / "mem").open("rb", 0) as memory:
        for line in (folder / "maps").read_text("utf-8").splitlines():
            place, rights, *_ = line.split()
            begin, end = (int(part, 16) for part in place.split("-"))
            if rights.startswith("rw"):
                with suppress(OSError, OverflowError):
                    memory.seek(begin)
                    yield memory.read(end - begin)
