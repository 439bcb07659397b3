"""What the settings say about a PKCS#11 token.

1. Without ``pkcs11_module`` there is no token.
2. With it, ``pkcs11_token`` and exactly one of ``pkcs11_pin`` and ``pkcs11_pin_file`` are needed.
3. The file must be a plain one that only its owner can reach; its first line is the PIN.
"""

from pathlib import Path
from typing import Final

from sealservice.config import SettingInvalid, Settings
from sealservice.infra.keys.errors import TokenPinUnreadable
from sealservice.infra.keys.private_file import read_private_file
from sealservice.infra.keys.token import TokenAddress

_MOST_BYTES: Final = 512


def token_address(settings: Settings) -> TokenAddress | None:
    """Return where the token for new keys is, if the settings name one.

    Raises:
        SettingInvalid: its label is missing, or the PIN is missing or given twice.
        TokenPinUnreadable: the file with the PIN is missing, empty, or others can read it.
    """
    if settings.pkcs11_module is None:
        return None
    if not settings.pkcs11_token:
        raise SettingInvalid(name=f"{Settings.PREFIX}PKCS11_TOKEN", value="")
    return TokenAddress(
        module=settings.pkcs11_module,
        label=settings.pkcs11_token,
        pin=_pin(settings),
        wait_seconds=settings.limits.token_wait_seconds,
    )


def _pin(settings: Settings) -> str:
    given, file = settings.pkcs11_pin, settings.pkcs11_pin_file
    if given and file is None:
        return given
    if file is None or given:
        raise SettingInvalid(name=f"{Settings.PREFIX}PKCS11_PIN", value="…" if given else "")
    return _pin_in(file)


def _pin_in(file: Path) -> str:
    try:
        pin = read_private_file(file, _MOST_BYTES).decode().partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise TokenPinUnreadable(path=file, reason=reason) from error
    if not pin:
        raise TokenPinUnreadable(path=file, reason="empty")
    return pin
