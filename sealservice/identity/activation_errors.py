"""Why a license does not come into a phone."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotAuthenticated, NotFound, Refused
from sealservice.kernel.text import Text


class ActivationCodeInvalid(NotAuthenticated):
    """The code is unknown, wrong, used or expired; which of these is not told."""

    code = "activation_code_invalid"
    text = Text(
        "激活码不正确、已使用或已过期。请核对后重试，或到登记窗口领取新的激活码。",
        "This activation code is wrong, was used or has expired. Check it, or ask the registry "
        "for a new one.",
    )


class ActivationOver(NotAuthenticated):
    """The phone's activation is unknown, done or out of time."""

    code = "activation_over"
    text = Text(
        "本次激活已结束或已超时。请到登记窗口领取新的激活码。",
        "This activation is over or ran out of time. Ask the registry for a new code.",
    )


class ActivationNotProven(NotAllowed):
    """Nobody has confirmed yet who holds the phone."""

    code = "activation_not_proven"
    text = Text(
        "身份尚未核验。请向窗口工作人员出示身份证件和手机上的核对码。",
        "Your identity is not confirmed yet. Show your identity document and the match code on "
        "this phone at the counter.",
    )


class ActivationNotFound(NotFound):
    """There is no such activation in the organisation."""

    code = "activation_not_found"
    text = Text(
        "没有找到激活申请“{activation_id}”。请刷新页面后重试。",
        "There is no activation “{activation_id}”. Reload the page and try again.",
    )


class ActivationElsewhere(Conflict):
    """Somebody else changed it a moment ago, or it is not at this step."""

    code = "activation_elsewhere"
    text = Text(
        "该激活申请已被处理或已超时。请刷新页面查看最新状态。",
        "This activation was dealt with or ran out of time. Reload the page to see how it stands.",
    )


class MatchCodeWrong(Refused):
    """The phone at the counter is not the one that claimed the code."""

    code = "match_code_wrong"
    text = Text(
        "核对码与手机上的不一致。请让持照人重新出示手机；如手机上没有核对码，请拒绝。",
        "The match code is not the one on the phone. Have the holder show it again; if there is "
        "none, refuse.",
    )


class DocumentOfAnother(Refused):
    """The identity document is not the person's for whom the code was issued."""

    code = "document_of_another"
    text = Text(
        "证件号码与登记的{name}（尾号 {hint}）不符。请核对证件；如非本人，请拒绝。",
        "The document's number is not that of {name} (ending in {hint}) as registered. Check it; "
        "if this is somebody else, refuse.",
    )


class PersonActive(Conflict):
    """The person has passkeys already: their licenses are in their wallet."""

    code = "person_active"
    text = Text(
        "{name}已开通电子执照钱包，执照会自动出现在其中。如设备遗失，请选择“恢复”，原有设备将全部冻结。",
        "{name} has a wallet already, and the license shows in it by itself. If their device is "
        "lost, choose “restore”: all their devices are then frozen.",
    )


class FaceProviderMissing(NotAllowed):
    """Nobody compares faces here."""

    code = "face_provider_missing"
    text = Text(
        "本系统未启用人脸核验。请到窗口核验身份。",
        "Faces are not compared here. Have your identity confirmed at the counter.",
    )


class ProofingStandInRefused(NotAllowed):
    """A stand-in would confirm an identity in production."""

    code = "proofing_stand_in_refused"
    text = Text(
        "演示核验只能在演示环境使用。请到窗口核验身份。",
        "The demonstration stand-in for identity proofing does not work in production. Have your "
        "identity confirmed at the counter.",
    )


class WalletSessionInvalid(NotAuthenticated):
    """Nobody is signed in to a wallet."""

    code = "wallet_session_invalid"
    text = Text(
        "尚未登录钱包或登录已失效。请用通行密钥登录。",
        "You are not signed in to the wallet, or the session has ended. Sign in with your passkey.",
    )


class WalletLicenseNotFound(NotFound):
    """The license is not in this wallet."""

    code = "wallet_license_not_found"
    text = Text(
        "钱包中没有这份执照。请返回钱包首页查看。",
        "This license is not in the wallet. Go back to the wallet's start page.",
    )


class HolderKeyInvalid(Refused):
    """The key is none on P-256, or whoever sent it does not hold it."""

    code = "phone_key_invalid"
    text = Text(
        "持照人密钥无效。请刷新页面后重试。",
        "The holder's key is not valid. Reload the page and try again.",
    )
