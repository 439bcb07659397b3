"""Why a license has no credential or PDF, or why one is not accepted."""

from sealservice.kernel.errors import Conflict, NotFound, Refused, Unavailable
from sealservice.kernel.text import Text


class LicenseNotInForce(Conflict):
    """Nothing is issued for a license that is not in force."""

    code = "license_form_not_in_force"
    text = Text(
        "执照当前状态为“{status_zh}”，不能出具凭证。请先恢复执照。",
        "The license is {status_en}, so nothing can be issued for it. Resume it first.",
    )


class WalletKeyInvalid(Refused):
    """The wallet's key is not one to which a credential can be bound."""

    code = "wallet_key_invalid"
    text = Text(
        "钱包公钥无效。请提供 P-256 公钥的 JWK（kty、crv、x、y），且不含私钥。",
        "The wallet's key is not usable. Send the JWK of a public key on P-256 (kty, crv, x, y) "
        "without its private part.",
    )


class CredentialNotFound(NotFound):
    """No credential of this id waits to be signed."""

    code = "credential_not_found"
    text = Text(
        "没有找到待签发的凭证“{credential_id}”。请重新申请。",
        "There is no credential “{credential_id}” to be signed. Ask for a new one.",
    )


class LicenseKeyMissing(Conflict):
    """The trust domain has no live key for issuing licenses."""

    code = "license_key_missing"
    text = Text(
        "没有可用的执照签发密钥。请由管理员补做密钥仪式（sealservice keys）后重试。",
        "There is no live key for issuing licenses. Have the ceremony performed again "
        "(sealservice keys), then retry.",
    )


class LicenseSigningFailed(Unavailable):
    """The signer gave no answer."""

    code = "license_signing_failed"
    text = Text(
        "签章进程没有答复，执照未能签发。请稍后重试。",
        "The signer did not answer, so nothing was issued for the license. Try again later.",
    )


class CredentialInvalid(Refused):
    """A credential is not accepted; ``reason`` is part of every such sentence."""

    code = "credential_invalid"
    text = Text(
        "执照凭证未通过验证：{reason_zh}。请持有人重新出示或重新领取。",
        "The license credential is not accepted: {reason_en}. Ask the holder to present it again, "
        "or to fetch a new one.",
    )


class LicenseNotTypeset(Refused):
    """A license cannot be printed as it is."""

    code = "license_not_typeset"
    text = Text(
        "执照无法排版：字库缺少“{letters}”。请联系管理员补充字库。",
        "The license cannot be typeset: the fonts lack “{letters}”. Have an administrator add a "
        "font.",
    )
