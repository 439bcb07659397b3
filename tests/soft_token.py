"""A token of SoftHSM2 in a folder, which tests take away, fill up and look into."""

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sealservice.infra.keys.pkcs11 import TokenKeyStore
from sealservice.infra.keys.token import Token, TokenAddress
from sealservice.trust.errors import KeyUnknown
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey
from tests.witnesses import witness

Result = TypeVar("Result")

PIN = "314159"
LABEL = "sealing"
_SO_PIN = "27182818"
_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
MODULE = next((path for path in _MODULES if Path(path).exists()), _MODULES[0])


@dataclass(frozen=True)
class SoftToken:
    """One token and the folder it lies in."""

    folder: Path
    label: str = LABEL

    @property
    def address(self) -> TokenAddress:
        """Return how the token is reached."""
        return TokenAddress(MODULE, self.label, PIN, wait_seconds=15)

    def token(self, **changes: Any) -> Token:  # noqa: ANN401 - fields of the address
        """Return the token as a process reaches it."""
        return Token(replace(self.address, **changes))

    def environment(self) -> dict[str, str]:
        """Return the variables that make an installation use the token."""
        pin = self.folder / "pin"
        pin.touch(mode=0o600)
        pin.write_text(f"{PIN}\n")
        return {
            "SOFTHSM2_CONF": os.environ["SOFTHSM2_CONF"],
            "SEALSERVICE_PKCS11_MODULE": MODULE,
            "SEALSERVICE_PKCS11_TOKEN": self.label,
            "SEALSERVICE_PKCS11_PIN_FILE": str(pin),
        }

    def tool(self, *arguments: str, pin: str = PIN) -> str:
        """Have OpenSC do something in the token, logged in, as an independent witness."""
        where = ("--module", MODULE, "--token-label", self.label, "--login", "--pin", pin)
        return witness("pkcs11-tool", *where, *arguments)

    @contextmanager
    def taken_away(self) -> Iterator[None]:
        """Have no token for as long as the block lasts."""
        tokens, away = self.folder / "tokens", self.folder / "away"
        tokens.rename(away)
        tokens.mkdir()
        yield
        shutil.rmtree(tokens)
        away.rename(tokens)

    @contextmanager
    def without_mechanisms(self, *names: str) -> Iterator[None]:
        """Have a module that is not let to use some mechanisms, as by a vendor's policy.

        SoftHSM reads that once in a process (and leaves out the first of the list).
        """
        settings = Path(os.environ["SOFTHSM2_CONF"])
        before = settings.read_text()
        listed = "".join(f",CKM_{name}" for name in names)
        settings.write_text(f"{before}slots.mechanisms = -{listed}\n")
        yield
        settings.write_text(before)


def made_soft_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """Make an empty token in a new folder, and have SoftHSM find it there."""
    (folder / "tokens").mkdir(parents=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    add_token(LABEL)
    return SoftToken(folder)


def add_token(label: str) -> None:
    """Make one more token in the folder that SoftHSM looks into."""
    pins = ("--so-pin", _SO_PIN, "--pin", PIN)
    witness("softhsm2-util", "--init-token", "--free", "--label", label, *pins)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let this process write no file over a number of bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def in_another_process(call: Callable[..., Result], *arguments: object) -> Result:
    """Call a function of a module under ``tests`` in a new process, which starts the module."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(call, *arguments).result()


def generate(soft: "SoftToken", algorithm: KeyAlgorithm) -> tuple[StoredKey, ...]:
    """Make a seal key and return the rows."""
    rows = MemoryKeyRows()
    TokenKeyStore(rows, soft.token()).generate(KeyPurpose.SEAL, algorithm)  # type: ignore[arg-type]
    return rows.list()


def sign(soft: "SoftToken", stored: StoredKey, data: bytes) -> bytes:
    """Open a key by its row, and sign."""
    rows = MemoryKeyRows({stored.id: stored})
    return TokenKeyStore(rows, soft.token()).open(stored.id, stored.purpose).sign(data)  # type: ignore[arg-type]


@dataclass
class MemoryKeyRows:
    """What ``KeyRows`` does, without a database."""

    kept: dict[str, StoredKey] = field(default_factory=dict)

    def add(self, key: StoredKey) -> None:
        """Keep a row."""
        self.kept[key.id] = key

    def get(self, key_id: str) -> StoredKey:
        """Return a row."""
        if key_id not in self.kept:
            raise KeyUnknown(key_id=key_id)
        return self.kept[key_id]

    def list(self) -> tuple[StoredKey, ...]:
        """Return all rows."""
        return tuple(self.kept.values())


class SoftKeyStore(TokenKeyStore):
    """A store in a token for a world in memory, which undoes what failed by ``opened``."""

    def __init__(self, soft: SoftToken) -> None:
        self.memory = MemoryKeyRows()
        super().__init__(self.memory, soft.token())  # type: ignore[arg-type]

    @property
    def opened(self) -> dict[str, StoredKey]:
        """Return the rows."""
        return self.memory.kept

    @opened.setter
    def opened(self, rows: dict[str, StoredKey]) -> None:
        self.memory.kept = rows
