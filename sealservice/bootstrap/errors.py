"""What an installation as a whole is not ready for, or could not finish."""

from sealservice.kernel.errors import Refused, TryAgain, Unavailable
from sealservice.kernel.text import Text


class CertificateEnding(Unavailable):
    """A certificate must be renewed now, not when it has ended."""

    code = "certificate_ending"
    text = Text(
        "证书“{subject}”将于 {not_after} 到期。请尽快用密钥仪式续期。",
        "The certificate “{subject}” ends at {not_after}. Renew it by a key ceremony soon.",
    )


class LettersMissing(Unavailable):
    """The fonts at hand are not those the package was made with."""

    code = "letters_missing"
    text = Text(
        "字库缺少“{letters}”。请重新安装 sealservice 及其依赖。",
        "The fonts lack “{letters}”. Install sealservice and its dependencies anew.",
    )


class SealMakingFailed(Refused):
    """The signer gave up on making a seal."""

    code = "seal_making_failed"
    text = Text(
        "印章“{seal_id}”制作失败：{reason_zh}",
        "Seal “{seal_id}” could not be made: {reason_en}",
    )


class SealUnfinished(TryAgain):
    """The seal is still being made."""

    code = "seal_unfinished"
    text = Text(
        "印章“{seal_id}”仍在制作。请稍后用 sealservice seal show 查询。",
        "Seal “{seal_id}” is still being made. Ask again with: sealservice seal show {seal_id}",
    )


class SealRequestRefused(Refused):
    """The signer looked again and did not do what was asked for."""

    code = "seal_request_refused"
    text = Text("签章进程未予办理：{reason_zh}", "The signer refused: {reason_en}")
