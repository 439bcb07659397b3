"""Why a passkey does not let somebody in, or is not enrolled."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotAuthenticated, NotFound, TryAgain
from sealservice.kernel.text import Text


class PasskeyNotAccepted(NotAuthenticated):
    """The ceremony proves nothing; what of it was wrong is not told."""

    code = "passkey_not_accepted"
    text = Text(
        "通行密钥未通过验证。请重试；如仍失败，请到窗口重新登记。",
        "The passkey was not accepted. Try again; if that fails, have it enrolled anew.",
    )


class ChallengeInvalid(NotAuthenticated):
    """The challenge is unknown, was used, is for something else or has expired."""

    code = "challenge_invalid"
    text = Text(
        "本次验证已使用或已过期。请刷新页面后重试。",
        "This attempt was used or has expired. Reload the page and try again.",
    )


class PasskeyFrozen(NotAuthenticated):
    """The passkey was frozen, and stays so."""

    code = "passkey_frozen"
    text = Text(
        "该通行密钥已冻结（{reason}）。请使用其他设备，或到窗口办理恢复。",
        "This passkey is frozen ({reason}). Use another device, or have access restored at the "
        "counter.",
    )


class PasskeyCloned(NotAuthenticated):
    """The counter of a passkey went back: there are two of it."""

    code = "passkey_cloned"
    text = Text(
        "该通行密钥的计数异常，可能已被复制，现已冻结。请到窗口办理恢复。",
        "The counter of this passkey went back, so there may be a copy of it. It is frozen now. "
        "Have access restored at the counter.",
    )


class PasskeyKnown(Conflict):
    """The credential was enrolled before."""

    code = "passkey_known"
    text = Text(
        "该通行密钥已经登记过。请使用其他设备。",
        "This passkey was enrolled before. Use another device.",
    )


class PasskeysTooMany(Conflict):
    """An owner has as many passkeys as there may be."""

    code = "passkeys_too_many"
    text = Text(
        "最多登记 {greatest} 个通行密钥。请先停用不再使用的设备。",
        "There may be {greatest} passkeys at most. Freeze a device that is no longer used.",
    )


class PasskeyNotFound(NotFound):
    """No such passkey of this owner."""

    code = "passkey_not_found"
    text = Text(
        "没有找到设备“{passkey_id}”。请刷新页面后重试。",
        "There is no device “{passkey_id}”. Reload the page and try again.",
    )


class LastPasskey(Conflict):
    """Whoever freezes their last passkey locks themself out."""

    code = "last_passkey"
    text = Text(
        "这是最后一个可用的通行密钥，停用后将无法登录。请先登记另一台设备，或到窗口办理恢复。",
        "This is the last passkey in use; without it you could not sign in. Enrol another device "
        "first, or have access restored at the counter.",
    )


class PasskeyNeeded(NotAllowed):
    """In production a link enrols a passkey and does not sign in by itself."""

    code = "passkey_needed"
    text = Text(
        "登录链接只能用来登记通行密钥。请在支持通行密钥的浏览器中打开该链接。",
        "A link only enrols a passkey. Open it in a browser that supports passkeys.",
    )


class TooManyAttempts(TryAgain):
    """Somebody guesses."""

    code = "too_many_attempts"
    text = Text(
        "尝试次数过多。请 {minutes} 分钟后再试。",
        "There were too many attempts. Try again in {minutes} minutes.",
    )
