"""Keys in a PKCS#11 token: SoftHSM does the work, OpenSC looks into it, openssl's code judges."""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, TokenFlag

from sealservice.config import SettingInvalid, Settings
from sealservice.infra.keys import token as token_module
from sealservice.infra.keys.errors import (
    KeyNotInToken,
    KeyPlaceClosed,
    TokenAmbiguous,
    TokenBusy,
    TokenFull,
    TokenKeyExposed,
    TokenModuleUnusable,
    TokenNotFound,
    TokenPinLocked,
    TokenPinUnreadable,
    TokenPinWrong,
    TokenSlotsEmpty,
    TokenUnavailable,
)
from sealservice.infra.keys.pkcs11 import TokenKey, TokenKeyStore
from sealservice.infra.keys.stores import KeyStores
from sealservice.infra.keys.token import Token, require_login_allowed
from sealservice.infra.keys.token_address import token_address
from sealservice.infra.keys.token_objects import require_protected
from sealservice.kernel.errors import SealserviceError
from sealservice.trust.errors import KeyUnreadable
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey
from tests.soft_token import (
    LABEL,
    MODULE,
    PIN,
    MemoryKeyRows,
    SoftToken,
    add_token,
    files_no_larger_than,
)
from tests.world_trust import MemoryKeyStore

DATA = b"to be signed"
NO_READERS = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
"""A module that is there and, without a card reader, has no slot at all."""


@dataclass
class Keys:
    """A key store in a token, with rows in memory."""

    soft: SoftToken
    rows: MemoryKeyRows = field(default_factory=MemoryKeyRows)

    def __post_init__(self) -> None:
        self.token = self.soft.token()
        self.store = self.restarted(self.token)

    def restarted(self, token: Token | None = None) -> TokenKeyStore:
        """Return the store of another process, in which nothing is open."""
        return TokenKeyStore(self.rows, token or self.soft.token())  # type: ignore[arg-type]

    def generate(self, purpose: KeyPurpose = KeyPurpose.SEAL) -> StoredKey:
        """Make a P-256 key."""
        return self.store.generate(purpose, KeyAlgorithm.P256)

    def open_new(self) -> TokenKey:
        """Make a seal key and open it."""
        return self.store.open(self.generate().id, KeyPurpose.SEAL)


@pytest.fixture
def keys(soft_token: SoftToken) -> Keys:
    """Give a store in an empty token."""
    return Keys(soft_token)


def _verify(key: TokenKey, signature: bytes, data: bytes = DATA) -> None:
    public = serialization.load_der_public_key(key.spki)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, data, ec.ECDSA(hashes.SHA256()))


@pytest.mark.security
@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.P256, KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072_PSS]
)
def test_a_private_key_was_made_in_the_token_and_cannot_leave_it(
    keys: Keys, algorithm: KeyAlgorithm
) -> None:
    """OpenSC sees it as sensitive, never extractable and local; its value is refused to us, too."""
    stored = keys.store.generate(KeyPurpose.SEAL, algorithm)
    seen = keys.soft.tool("--list-objects", "--type", "privkey", "--id", stored.id.encode().hex())
    assert "sensitive, always sensitive, never extractable, local" in seen
    assert f"sealservice seal {stored.id}" in seen
    assert "Usage:      sign\n" in seen
    secret = Attribute.VALUE if algorithm is KeyAlgorithm.P256 else Attribute.PRIVATE_EXPONENT
    with pytest.raises(TokenUnavailable, match="AttributeSensitive"):
        keys.token.use(lambda login: login.private_key(stored)[secret])


@pytest.mark.security
def test_a_key_that_could_leave_the_token_is_deleted(keys: Keys) -> None:
    """A key pair that was made extractable is refused by name, and is gone then."""
    exposed = StoredKey("key_x", KeyPurpose.SEAL, KeyAlgorithm.P256, "pkcs11", b"")
    named = ("--id", exposed.id.encode().hex(), "--label", "sealservice seal key_x")
    keys.soft.tool("--keypairgen", "--key-type", "EC:prime256v1", "--extractable", *named)
    with pytest.raises(TokenKeyExposed, match=r"SENSITIVE = False|EXTRACTABLE = True"):
        keys.token.use(lambda login: require_protected(login, exposed))
    assert "Private Key" not in keys.soft.tool("--list-objects", "--type", "privkey")


@pytest.mark.security
def test_a_row_given_another_purpose_finds_no_key(keys: Keys) -> None:
    """A seal key cannot be made a time-stamping key in the database."""
    stored = keys.generate()
    keys.rows.kept[stored.id] = replace(stored, purpose=KeyPurpose.TIMESTAMP)
    with pytest.raises(KeyNotInToken, match=stored.id):
        keys.restarted().open(stored.id, KeyPurpose.TIMESTAMP)


@pytest.mark.security
@pytest.mark.parametrize(
    ("made", "other"),
    [
        (KeyAlgorithm.RSA3072_PSS, KeyAlgorithm.RSA3072),
        (KeyAlgorithm.RSA3072, KeyAlgorithm.RSA3072_PSS),
    ],
)
def test_a_row_given_another_padding_finds_no_key(
    keys: Keys, made: KeyAlgorithm, other: KeyAlgorithm
) -> None:
    """An RSA key in a token pads in the one way it was made for, whatever the database says."""
    stored = keys.store.generate(KeyPurpose.SEAL, made)
    keys.rows.kept[stored.id] = replace(stored, algorithm=other)
    with pytest.raises(KeyNotInToken, match=stored.id):
        keys.restarted().open(stored.id, KeyPurpose.SEAL)


@pytest.mark.security
def test_a_row_with_another_public_key_gets_no_signature(keys: Keys) -> None:
    """What the token signed is verified under the row's key before anybody sees it."""
    stored, other = keys.generate(), keys.generate()
    keys.rows.kept[stored.id] = replace(stored, spki=other.spki)
    key = keys.restarted().open(stored.id, KeyPurpose.SEAL)
    with pytest.raises(KeyUnreadable, match=stored.id):
        key.sign(DATA)


def test_a_key_survives_a_restart(keys: Keys) -> None:
    """Another process with the PIN opens the key and signs."""
    stored = keys.generate()
    key = keys.restarted().open(stored.id, KeyPurpose.SEAL)
    _verify(key, key.sign(DATA))


def test_eight_threads_sign_at_once(keys: Keys) -> None:
    """No signature is lost or mixed up, though the module itself runs without locks."""
    opened = [keys.open_new() for _ in range(2)]
    made: list[tuple[TokenKey, bytes, bytes]] = []

    def sign(number: int) -> None:
        key = opened[number % 2]
        for turn in range(20):
            data = f"{number} {turn}".encode()
            made.append((key, key.sign(data), data))

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 8 * 20
    for key, signature, data in made:
        _verify(key, signature, data)


def _c_finalize(_keys: Keys) -> None:
    assert ctypes.CDLL(MODULE).C_Finalize(None) == 0


def _c_logout(keys: Keys) -> None:
    session = keys.token.use(lambda login: login.session)
    assert ctypes.CDLL(MODULE).C_Logout(ctypes.c_ulong(session.handle)) == 0


def _close_session(keys: Keys) -> None:
    keys.token.use(lambda login: login.session).close()


def _another_process_object(keys: Keys) -> None:
    keys.restarted().generate(KeyPurpose.OCSP, KeyAlgorithm.P256)


@pytest.mark.parametrize("lose", [_c_finalize, _c_logout, _close_session, _another_process_object])
def test_a_lost_session_is_opened_again(keys: Keys, lose: Callable[[Keys], None]) -> None:
    """Whatever ended the session, the next signature comes after one new login."""
    key = keys.open_new()
    lose(keys)
    _verify(key, key.sign(DATA))


def test_a_token_that_is_away_is_named_and_works_when_it_is_back(keys: Keys) -> None:
    """Keys that are open and keys that are not fail as unavailable, and then work again."""
    key, unopened = keys.open_new(), keys.generate()
    with keys.soft.taken_away():
        with pytest.raises(TokenNotFound, match=LABEL):
            key.sign(DATA)
        with pytest.raises(TokenNotFound, match=LABEL):
            keys.store.open(unopened.id, KeyPurpose.SEAL)
        with pytest.raises(TokenNotFound, match=LABEL):
            keys.generate()
    _verify(key, key.sign(DATA))
    assert keys.store.open(unopened.id, KeyPurpose.SEAL).spki == unopened.spki


def test_a_wrong_pin_is_tried_once(soft_token: SoftToken) -> None:
    """Even when the PIN becomes right meanwhile, a process that was refused does not try it."""
    wrong = soft_token.token(pin="271828")
    for _ in range(2):
        with pytest.raises(TokenPinWrong, match=LABEL):
            wrong.use(lambda login: login.token)
    soft_token.tool("--change-pin", "--new-pin", "271828")
    with pytest.raises(TokenPinWrong, match=LABEL):
        wrong.use(lambda login: login.token)
    assert soft_token.token(pin="271828").use(lambda login: login.token) == LABEL


@pytest.mark.parametrize("flag", [TokenFlag.USER_PIN_FINAL_TRY, TokenFlag.USER_PIN_LOCKED])
def test_the_last_attempt_is_left_to_people(flag: TokenFlag) -> None:
    """No login is tried when the token says that one mistake locks the PIN, or that it is."""
    with pytest.raises(TokenPinLocked, match="PIN"):
        require_login_allowed(LABEL, flag | TokenFlag.LOGIN_REQUIRED)
    require_login_allowed(LABEL, TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_COUNT_LOW)


@pytest.mark.parametrize("size", [400, 700])
def test_a_full_token_keeps_its_old_keys(keys: Keys, size: int) -> None:
    """A key that the token did not really keep is refused, also if the token says it did."""
    key = keys.open_new()
    with files_no_larger_than(size), pytest.raises(TokenFull, match=LABEL):
        keys.generate()
    assert [row.id for row in keys.rows.list()] == [key.stored.id]
    _verify(key, key.sign(DATA))
    keys.generate()


def test_a_module_that_cannot_be_used_is_named(soft_token: SoftToken, tmp_path: Path) -> None:
    """A file that is missing, and one that is no module."""
    other = tmp_path / "library.so"
    other.write_bytes(b"not a library")
    for module in ("/nowhere/module.so", str(other)):
        with pytest.raises(TokenModuleUnusable, match=module):
            soft_token.token(module=module).use(lambda login: login.token)


def test_a_module_without_tokens_is_named(soft_token: SoftToken) -> None:
    """No reader, no slot: the module is in the message."""
    if not Path(NO_READERS).exists():
        pytest.skip(f"needs {NO_READERS}")
    with pytest.raises(TokenSlotsEmpty, match=NO_READERS):
        soft_token.token(module=NO_READERS).use(lambda login: login.token)


def test_labels_name_exactly_one_token(soft_token: SoftToken) -> None:
    """An unknown label is told with those that are there; one that two tokens have is refused."""
    with pytest.raises(TokenNotFound, match=rf"nobody.*{LABEL}"):
        soft_token.token(label="nobody").use(lambda login: login.token)
    add_token(LABEL)
    with pytest.raises(TokenAmbiguous, match=LABEL):
        soft_token.token().use(lambda login: login.token)


def test_a_call_does_not_wait_for_ever(soft_token: SoftToken) -> None:
    """When another call hangs in the module, the next one says so after its time."""
    with token_module._one_at_a_time, pytest.raises(TokenBusy, match=LABEL):
        soft_token.token(wait_seconds=0.01).use(lambda login: login.token)


def test_older_keys_open_where_they_live(keys: Keys) -> None:
    """New keys go to the token; a key in the table opens; one whose place is shut is named."""
    table = MemoryKeyStore()
    old = table.generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
    keys.rows.add(old)
    both = KeyStores(keys.rows, keys.store, {"pkcs11": keys.store, "memory": table})  # type: ignore[arg-type]
    new = both.generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
    assert both.open(old.id, KeyPurpose.SEAL).spki == old.spki
    assert both.open(new.id, KeyPurpose.SEAL).spki == new.spki
    assert [key.location for key in both.list()] == ["memory", "pkcs11"]
    shut = KeyStores(keys.rows, keys.store, {"pkcs11": keys.store})  # type: ignore[arg-type]
    with pytest.raises(KeyPlaceClosed, match=rf"{old.id}.*memory"):
        shut.open(old.id, KeyPurpose.SEAL)


def _settings(**chosen: object) -> Settings:
    given = {"pkcs11_module": MODULE, "pkcs11_token": LABEL, "pkcs11_pin": PIN}
    return Settings(Path("/nowhere"), **(given | chosen))  # type: ignore[arg-type]


@pytest.mark.security
def test_the_pin_comes_from_one_place_and_is_never_shown(tmp_path: Path) -> None:
    """From the setting or from a private file; neither settings nor address print it."""
    file = tmp_path / "pin"
    file.touch(mode=0o600)
    file.write_text(f"{PIN}\n")
    from_file = _settings(pkcs11_pin=None, pkcs11_pin_file=file)
    for settings in (_settings(), from_file):
        address = token_address(settings)
        assert address is not None
        assert address.pin == PIN
        assert PIN not in f"{settings!r}{address!r}"
    assert token_address(_settings(pkcs11_module=None)) is None


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"pkcs11_token": None}, SettingInvalid),
        ({"pkcs11_pin": None}, SettingInvalid),
        ({"pkcs11_pin_file": Path("/nowhere/pin")}, SettingInvalid),
        ({"pkcs11_pin": None, "pkcs11_pin_file": Path("/nowhere/pin")}, TokenPinUnreadable),
    ],
)
def test_incomplete_settings_are_refused(
    wrong: dict[str, object], error: type[SealserviceError]
) -> None:
    """A module needs a label and exactly one PIN; the message holds no secret."""
    with pytest.raises(error) as refused:
        token_address(_settings(**wrong))
    assert PIN not in str(refused.value)


@pytest.mark.security
def test_a_pin_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """As the key-encryption key: 0600 or nothing. An empty file is no PIN."""
    file = tmp_path / "pin"
    file.write_text(PIN)
    for mode, content, reason in ((0o640, PIN, "-rw-r-----"), (0o600, "\n", "empty")):
        file.chmod(mode)
        file.write_text(content)
        with pytest.raises(TokenPinUnreadable, match=reason):
            token_address(_settings(pkcs11_pin=None, pkcs11_pin_file=file))
