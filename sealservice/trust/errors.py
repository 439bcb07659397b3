"""What the trust domain refuses, or cannot do."""

from sealservice.kernel.errors import (
    Conflict,
    NotAllowed,
    NotFound,
    Refused,
    TryAgain,
    Unavailable,
)
from sealservice.kernel.text import Text


class KeyUnknown(NotFound):
    """No key with this id."""

    code = "key_unknown"
    text = Text(
        "没有找到密钥“{key_id}”。请用 sealservice keys list 核对编号。",
        "There is no key “{key_id}”. Check its id with `sealservice keys list`.",
    )


class KeyPurposeMismatch(NotAllowed):
    """A key was asked to do what it was not made for."""

    code = "key_purpose_mismatch"
    text = Text(
        "密钥“{key_id}”的用途是“{purpose}”，不能用于“{wanted}”。",
        "Key “{key_id}” is for “{purpose}” and cannot be used for “{wanted}”.",
    )


class KeyUnreadable(Unavailable):
    """The stored ciphertext is not, or no longer, this key's."""

    code = "key_unreadable"
    text = Text(
        "密钥“{key_id}”的存储内容已损坏或被替换，拒绝使用。请从备份恢复。",
        "The stored form of key “{key_id}” is damaged or was exchanged; it is not used. "
        "Restore it from a backup.",
    )


class KeyEncryptionKeyWrong(Unavailable):
    """The key-encryption key at hand is not the one that wrapped this key."""

    code = "key_encryption_key_wrong"
    text = Text(
        "密钥“{key_id}”由密钥加密密钥 {expected} 加密，当前提供的是 {present}。"
        "请恢复原来的 kek 文件或 SEALSERVICE_KEY_ENCRYPTION_KEY。",
        "Key “{key_id}” is wrapped by the key-encryption key {expected}, but the one given is "
        "{present}. Restore the right kek file or SEALSERVICE_KEY_ENCRYPTION_KEY.",
    )


class KeyEncryptionKeyMissing(Unavailable):
    """There is neither a file nor a setting with the key-encryption key."""

    code = "key_encryption_key_missing"
    text = Text(
        "没有找到密钥加密密钥“{path}”。请先执行 sealservice keys ceremony，或恢复该文件。",
        "There is no key-encryption key at “{path}”. Run “sealservice keys ceremony” first, "
        "or restore the file.",
    )


class KeyEncryptionKeyExposed(NotAllowed):
    """Others than its owner can reach the file with the key-encryption key."""

    code = "key_encryption_key_exposed"
    text = Text(
        "密钥加密密钥“{path}”的权限为 {mode}，其他用户可以访问，拒绝使用。"
        "请执行 chmod 600，并考虑更换密钥。",
        "The key-encryption key “{path}” has mode {mode}, so others can reach it; it is not used. "
        "Run chmod 600 on it and consider replacing the keys.",
    )


class KeyEncryptionKeyInvalid(Refused):
    """The key-encryption key is not 32 bytes in Base64."""

    code = "key_encryption_key_invalid"
    text = Text(
        "{source} 中的密钥加密密钥无效：应为 32 字节的 Base64 编码。",
        "The key-encryption key in {source} is not valid: 32 bytes in Base64 are needed.",
    )


class CeremonyInvalid(Refused):
    """A ceremony file says something that cannot be; ``path`` is where in the YAML."""

    code = "ceremony_invalid"
    text = Text(
        "密钥仪式文件有误，{path}：{problem_zh}。请改正后重试。",
        "The ceremony file is wrong at {path}: {problem_en}. Correct it and try again.",
    )

    def __init__(self, problem: Text, *path: str) -> None:
        super().__init__(path=".".join(path), problem_zh=problem.zh, problem_en=problem.en)


class CeremonyNotForProduction(NotAllowed):
    """A demonstration trust domain was asked for in production."""

    code = "ceremony_not_for_production"
    text = Text(
        "“{ceremony}”是演示用的密钥仪式，不能在生产环境执行。",
        "“{ceremony}” is a demonstration ceremony and refuses to run in production.",
    )


class UnitDiffers(Conflict):
    """A unit exists, and was made by other rules than the file's."""

    code = "unit_differs"
    text = Text(
        "单元“{unit}”已存在，但与文件不一致（{difference}）。"
        "请使用原来的文件，或为新单元另起名称。",
        "The unit “{unit}” exists but differs from the file ({difference}). "
        "Use the original file, or give the new unit another name.",
    )


class UnitMissing(Unavailable):
    """A unit that is needed now has no live certificate."""

    code = "unit_missing"
    text = Text(
        "信任域中没有有效的单元“{unit}”。请执行 sealservice keys ceremony。",
        "The trust domain has no live unit “{unit}”. Run “sealservice keys ceremony”.",
    )


class SubjectInvalid(Refused):
    """A name does not fit into a certificate."""

    code = "subject_invalid"
    text = Text(
        "证书主体的“{field}”长度应为 1 至 {greatest} 个字符。",
        "The certificate subject's “{field}” must have 1 to {greatest} characters.",
    )


class CertificateUnknown(NotFound):
    """No such certificate in this trust domain."""

    code = "certificate_unknown"
    text = Text("没有找到证书“{name}”。请核对名称。", "There is no certificate “{name}”. Check it.")


class AlreadyRevoked(Conflict):
    """The certificate was revoked before."""

    code = "already_revoked"
    text = Text(
        "证书“{sha256}”此前已被吊销，原吊销时间和原因保持不变。",
        "The certificate “{sha256}” was revoked before; the first moment and reason stand.",
    )


class CrlNumberNotGrown(TryAgain):
    """Somebody else published a revocation list at the same time."""

    code = "crl_number_not_grown"
    text = Text(
        "编号为 {number} 的证书吊销列表已存在。请重试。",
        "A revocation list with the number {number} exists already. Try again.",
    )


class CeremonyMissing(Unavailable):
    """No ceremony was performed here yet, so there are no keys."""

    code = "ceremony_missing"
    text = Text(
        "“{home}”中尚未举行密钥仪式。请先运行 sealservice keys ceremony FILE。",
        "No key ceremony was performed in “{home}” yet. "
        "Run “sealservice keys ceremony FILE” first.",
    )
