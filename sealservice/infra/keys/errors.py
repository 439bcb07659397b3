"""What can go wrong between us and a PKCS#11 token, translated once, at this boundary."""

from sealservice.kernel.errors import TryAgain, Unavailable
from sealservice.kernel.text import Text
from sealservice.trust.errors import KeyUnreadable


class TokenModuleUnusable(Unavailable):
    """The PKCS#11 module cannot be loaded, or does not start."""

    code = "token_module_unusable"
    text = Text(
        "无法加载 PKCS#11 模块“{module}”（{reason}）。"
        "请检查 SEALSERVICE_PKCS11_MODULE 和厂商驱动的配置。",
        "The PKCS#11 module “{module}” cannot be loaded ({reason}). Check "
        "SEALSERVICE_PKCS11_MODULE and the configuration of the vendor's driver.",
    )


class TokenSlotsEmpty(Unavailable):
    """The module has no slot with a token in it."""

    code = "token_slots_empty"
    text = Text(
        "PKCS#11 模块“{module}”中没有任何密码设备。请连接设备，或检查厂商驱动的配置。",
        "No slot of the PKCS#11 module “{module}” holds a token. Connect the device, or check the "
        "configuration of the vendor's driver.",
    )


class TokenNotFound(Unavailable):
    """No token has the label that the settings name."""

    code = "token_not_found"
    text = Text(
        "没有找到标签为“{token}”的密码设备，现有：{present}。"
        "请连接设备，或改正 SEALSERVICE_PKCS11_TOKEN。",
        "There is no token labelled “{token}”; there are: {present}. Connect the device, or "
        "correct SEALSERVICE_PKCS11_TOKEN.",
    )


class TokenAmbiguous(Unavailable):
    """Several tokens have the label that the settings name."""

    code = "token_ambiguous"
    text = Text(
        "有 {count} 个密码设备的标签都是“{token}”，无法确定使用哪一个。请为其改用不同的标签。",
        "{count} tokens are labelled “{token}”, so it is not clear which one is meant. Give them "
        "labels of their own.",
    )


class TokenPinUnreadable(Unavailable):
    """The file with the PIN is missing, or others can read it."""

    code = "token_pin_unreadable"
    text = Text(
        "无法使用 PIN 文件“{path}”（{reason}）。"
        "该文件必须存在，且只允许其所有者访问（chmod 600）。",
        "The file “{path}” with the PIN cannot be used ({reason}). It must be there, and nobody "
        "but its owner may reach it (chmod 600).",
    )


class TokenPinWrong(Unavailable):
    """The token refused the PIN; this process does not try it again."""

    code = "token_pin_wrong"
    text = Text(
        "密码设备“{token}”拒绝了 PIN。为避免设备锁定，本进程不会再次尝试。"
        "请改正 SEALSERVICE_PKCS11_PIN（或 PIN 文件）后重新启动。",
        "The token “{token}” refused the PIN. Lest it lock itself, this process does not try "
        "again. Correct SEALSERVICE_PKCS11_PIN (or the file with the PIN) and start anew.",
    )


class TokenPinLocked(Unavailable):
    """The PIN is locked, not set, or one wrong attempt before that."""

    code = "token_pin_locked"
    text = Text(
        "密码设备“{token}”的 PIN 不可用（{reason}），未尝试登录。"
        "请先用厂商工具登录，或由安全管理员重置 PIN。",
        "The PIN of the token “{token}” is not usable ({reason}); no login was tried. Log in once "
        "with the vendor's tool, or have the security officer set the PIN anew.",
    )


class TokenUnavailable(Unavailable):
    """The token cannot do what it was asked, also with a new login where one could help."""

    code = "token_unavailable"
    text = Text(
        "密码设备“{token}”无法完成操作（{reason}）。请检查设备及其连接。",
        "The token “{token}” cannot do its work ({reason}). Check the device and its connection.",
    )


class TokenBusy(TryAgain):
    """Other calls into the token took too long."""

    code = "token_busy"
    text = Text(
        "密码设备“{token}”繁忙，请稍后重试。",
        "The token “{token}” is busy. Try again in a moment.",
    )


class TokenFull(Unavailable):
    """The token did not keep a new key."""

    code = "token_full"
    text = Text(
        "密码设备“{token}”未能保存新密钥（{reason}）：设备可能已满或为只读。"
        "请腾出空间后重试；原有密钥不受影响。",
        "The token “{token}” did not keep a new key ({reason}): it may be full or read-only. Make "
        "room and try again; the keys it has are not affected.",
    )


class TokenMechanismMissing(Unavailable):
    """The token cannot sign in the way that its key was made for; no other way is tried."""

    code = "token_mechanism_missing"
    text = Text(
        "密码设备“{token}”不支持算法 {algorithm} 所需的机制（{missing}）。"
        "不会改用其他算法。请在设备的安全策略中启用该机制，或在密钥仪式文件中选择其他算法。",
        "The token “{token}” lacks a mechanism that the algorithm {algorithm} needs ({missing}). "
        "No other algorithm is used in its place. Enable the mechanism in the device's policy, or "
        "choose another algorithm in the ceremony file.",
    )


class TokenKeyExposed(Unavailable):
    """The token made a key that could leave it."""

    code = "token_key_exposed"
    text = Text(
        "密码设备“{token}”生成的密钥未达到保护要求（{attribute}），已删除。请检查设备的安全策略。",
        "The token “{token}” made a key that is not protected as demanded ({attribute}); it was "
        "deleted. Check the device's policy.",
    )


class KeyNotInToken(KeyUnreadable):
    """The row is there, but the token has no such key for this purpose."""

    code = "key_not_in_token"
    text = Text(
        "密码设备“{token}”中没有用途相符的密钥“{key_id}”。请连接保存该密钥的设备，或从备份恢复。",
        "The token “{token}” does not hold the key “{key_id}” for its purpose. Connect the token "
        "that does, or restore it from a backup.",
    )


class KeyPlaceClosed(Unavailable):
    """A key lives where this installation has no access."""

    code = "key_place_closed"
    text = Text(
        "密钥“{key_id}”存放在“{location}”中，而当前设置未提供访问方式。"
        "请恢复 SEALSERVICE_PKCS11_* 设置（pkcs11）或密钥加密密钥（envelope）。",
        "Key “{key_id}” lives in “{location}”, which the present settings give no access to. "
        "Restore the settings SEALSERVICE_PKCS11_* (pkcs11) or the key-encryption key (envelope).",
    )
