"""A PKCS#11 token: one call at a time, one login, one new login when the session is lost.

1. python-pkcs11 starts a module with ``C_Initialize(NULL)``, which promises that threads never call
   it at the same time (PKCS#11 2.40, 5.4: SoftHSM then goes without its mutexes). One lock holds
   that promise for all calls of this process. Waiting for the lock is bounded; a call that is
   inside a module cannot be interrupted.
2. The first call starts the module, finds the one token with the label, and logs in.
3. When a call shows that the session, the login, the objects or the token itself are gone, the
   module is stopped and started, the token found and logged in to again, and the call repeated:
   once. Starting anew is what makes modules look again which tokens there are.
4. A PIN that was refused is not tried again by this process, and no login is tried when the token
   says that the PIN is locked or that one more mistake locks it.
5. Two ``Token`` objects of one process may share a module; whoever starts it takes it over, since
   the handles of the other are void from then on (and may even name other objects).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeVar

import pkcs11
from pkcs11 import (
    Attribute,
    ObjectClass,
    PKCS11Error,
    Session,
    SignMixin,
    Slot,
    TokenFlag,
    exceptions,
)

from sealservice.infra.keys.errors import (
    KeyNotInToken,
    TokenAmbiguous,
    TokenBusy,
    TokenModuleUnusable,
    TokenNotFound,
    TokenPinLocked,
    TokenPinWrong,
    TokenSlotsEmpty,
    TokenUnavailable,
)
from sealservice.trust.model import StoredKey

Result = TypeVar("Result")

_LOST: Final = (
    exceptions.SessionHandleInvalid,
    exceptions.SessionClosed,
    exceptions.UserNotLoggedIn,
    exceptions.ObjectHandleInvalid,
    exceptions.KeyHandleInvalid,
    exceptions.DeviceRemoved,
    exceptions.DeviceError,
    exceptions.TokenNotPresent,
    exceptions.TokenNotRecognised,
    exceptions.SlotIDInvalid,
    exceptions.GeneralError,
    KeyNotInToken,  # a token that was taken away answers as if it were empty
)
_WRONG_PIN: Final = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)
_UNUSABLE_PIN: Final = (
    exceptions.PinLocked,
    exceptions.PinExpired,
    exceptions.UserPinNotInitialized,
)
_one_at_a_time: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """Where a token is, and what opens it."""

    module: str
    """File name of the vendor's PKCS#11 module."""
    label: str
    pin: str = field(repr=False)
    wait_seconds: float
    """How long a call waits for the calls before it."""


@dataclass(frozen=True, slots=True)
class Login:
    """A session that is logged in, with the handles found through it."""

    token: str
    session: Session
    handles: dict[str, SignMixin] = field(default_factory=dict)

    def private_key(self, key: StoredKey) -> SignMixin:
        """Return the handle of a private key.

        Raises:
            KeyNotInToken: the token has none with this id and purpose.
        """
        if key.id not in self.handles:
            self.handles[key.id] = self._found(key)
        return self.handles[key.id]

    @contextmanager
    def to_change(self) -> Iterator["Login"]:
        """Give a session that may also write; tokens share one login among all sessions."""
        with closing(self.session.token.open(rw=True)) as session:
            yield Login(self.token, session)

    def _found(self, key: StoredKey) -> SignMixin:
        template = identity(key) | {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
        found = list(self.session.get_objects(template))
        if len(found) != 1 or not isinstance(found[0], SignMixin):
            raise KeyNotInToken(token=self.token, key_id=key.id)
        return found[0]


class Token:
    """One token, as this process reaches it."""

    _in_charge: ClassVar["Token | None"] = None
    """Who started the module last; the handles of all others are void."""

    def __init__(self, address: TokenAddress) -> None:
        self.address = address
        self._login: Login | None = None
        self._refused = False

    def use(self, action: Callable[[Login], Result]) -> Result:
        """Call with a login; once more with a new one if that was lost.

        Raises:
            TokenModuleUnusable, TokenSlotsEmpty, TokenNotFound, TokenAmbiguous, TokenPinWrong,
            TokenPinLocked, TokenUnavailable: no login, or none that helps.
            TokenBusy: other calls took too long.
        """
        with self._alone():
            login = self._login if Token._in_charge is self else None
            if login is not None:
                with suppress(_Lost):
                    return _tried(action, login)
            return action(self._new_login())

    def use_anew(self, action: Callable[[Login], Result]) -> Result:
        """Call with a new login, to which the token shows what it really keeps.

        Raises:
            As ``use``.
        """
        with self._alone():
            return action(self._new_login())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not _one_at_a_time.acquire(timeout=self.address.wait_seconds):
            raise TokenBusy(token=self.address.label)
        try:
            yield
        except PKCS11Error as error:
            reason = reason_of(error)
            raise TokenUnavailable(token=self.address.label, reason=reason) from error
        finally:
            _one_at_a_time.release()

    def _new_login(self) -> Login:
        self._login, Token._in_charge = None, self
        if self._refused:
            raise TokenPinWrong(token=self.address.label)
        token = self._found(_started(self.address.module))
        require_login_allowed(self.address.label, token.flags)
        self._login = Login(self.address.label, self._logged_in(token))
        return self._login

    def _found(self, slots: list[Slot]) -> pkcs11.Token:
        label, tokens = self.address.label, list(_tokens(slots))
        if not tokens:
            raise TokenSlotsEmpty(module=self.address.module)
        named = [token for token in tokens if token.label == label]
        if not named:
            present = ", ".join(token.label for token in tokens if token.label) or "—"
            raise TokenNotFound(token=label, present=present)
        if len(named) > 1:
            raise TokenAmbiguous(token=label, count=len(named))
        return named[0]

    def _logged_in(self, token: pkcs11.Token) -> Session:
        try:
            return token.open(user_pin=self.address.pin)
        except _WRONG_PIN as error:
            self._refused = True
            raise TokenPinWrong(token=self.address.label) from error
        except _UNUSABLE_PIN as error:
            reason = reason_of(error)
            raise TokenPinLocked(token=self.address.label, reason=reason) from error


def identity(key: StoredKey) -> dict[Attribute, bytes | str]:
    """Return by what a key is found in a token; its purpose is part of that.

    The label cannot be changed after the key was made, so a row that is given another purpose finds
    nothing. Nor does one that is given the other way of padding, which RSA keys do not show.
    """
    padding = " pss" if key.algorithm.is_pss else ""
    return {
        Attribute.ID: key.id.encode(),
        Attribute.LABEL: f"sealservice {key.purpose.value} {key.id}{padding}",
    }


def require_login_allowed(label: str, flags: TokenFlag) -> None:
    """Refuse a login that could lock the PIN (CKF_USER_PIN_FINAL_TRY), or that cannot succeed.

    Raises:
        TokenPinLocked: naming the flag.
    """
    for flag in (TokenFlag.USER_PIN_LOCKED, TokenFlag.USER_PIN_FINAL_TRY):
        if flags & flag:
            raise TokenPinLocked(token=label, reason=flag.name)


def reason_of(error: PKCS11Error) -> str:
    """Return what a module answered, as one short line."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


class _Lost(Exception):
    """The login does not hold any more."""


def _tried(action: Callable[[Login], Result], login: Login) -> Result:
    try:
        return action(login)
    except _LOST as error:
        raise _Lost from error
    except PKCS11Error as error:
        if type(error) is PKCS11Error:  # a code without a name, such as CRYPTOKI_NOT_INITIALIZED
            raise _Lost from error
        raise


def _started(module: str) -> list[Slot]:
    """Start a module anew and return its slots that hold a token."""
    try:
        library = pkcs11.lib(module)
        with suppress(PKCS11Error):  # it may have been stopped behind our back
            library.finalize()
        library.initialize()
        return library.get_slots(token_present=True)
    except PKCS11Error as error:
        raise TokenModuleUnusable(module=module, reason=reason_of(error)) from error


def _tokens(slots: list[Slot]) -> Iterator[pkcs11.Token]:
    for slot in slots:
        with suppress(exceptions.TokenNotPresent, exceptions.TokenNotRecognised):
            yield slot.get_token()
