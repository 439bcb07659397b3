"""What sealing refuses. Everything here is found before approval, unless it says otherwise."""

from sealservice.kernel.errors import (
    Conflict,
    NotFound,
    Refused,
    SealserviceError,
    TooLarge,
    TryAgain,
    Unavailable,
)
from sealservice.kernel.text import Text


class DocumentNotFound(NotFound):
    """No such document in this organisation."""

    code = "document_not_found"
    text = Text(
        "没有找到文件“{document_id}”。请核对编号或重新上传。",
        "There is no document “{document_id}”. Check its id or upload it again.",
    )


class OrderNotFound(NotFound):
    """No such sealing order in this organisation."""

    code = "order_not_found"
    text = Text(
        "没有找到用印申请“{order_id}”。请核对编号。",
        "There is no sealing order “{order_id}”. Check its id.",
    )


class OrderNotPending(Conflict):
    """The order was approved, finished or given up before."""

    code = "order_not_pending"
    text = Text(
        "用印申请“{order_id}”的状态为“{state}”，不能再授权。请重新提交。",
        "Sealing order “{order_id}” is “{state}” and cannot be approved. Place a new one.",
    )


class DocumentTooLarge(TooLarge):
    """More bytes or pages than allowed."""

    code = "document_too_large"
    text = Text(
        "文件过大：上限为 {limit}。请拆分或压缩后再试。",
        "The file is too large: the limit is {limit}. Split or shrink it and try again.",
    )


class NotAPdf(Refused):
    """Empty, truncated, or another format."""

    code = "not_a_pdf"
    text = Text(
        "文件不是可读取的 PDF（可能为空、被截断或已损坏）。请重新导出后再试。",
        "This is not a readable PDF (empty, cut off or damaged). Export it anew and try again.",
    )


class DocumentEncrypted(Refused):
    """Encrypted PDFs cannot be sealed without removing the protection."""

    code = "document_encrypted"
    text = Text(
        "文件已加密，无法用印。请先去除密码保护。",
        "The document is encrypted and cannot be sealed. Remove its password protection first.",
    )


class ChangesForbidden(Refused):
    """An earlier certification signature or lock forbids adding a seal."""

    code = "changes_forbidden"
    text = Text(
        "文件中已有的签名禁止再添加签章。请使用未锁定的版本。",
        "A signature in the document forbids adding seals. Use a version that is not locked.",
    )


class ActiveContent(Refused):
    """Something in the document can change what is seen after sealing."""

    code = "active_content"
    text = Text(
        "文件含有可能改变显示内容的元素（{what_zh}），拒绝用印。请另存为普通 PDF。",
        "What is seen can change ({what_en}); it is refused. Save it as a plain PDF.",
    )


class ObjectCountWrong(Refused):
    """The trailer's /Size is too small (ISO 32000-2 table 15)."""

    code = "object_count_wrong"
    text = Text(
        "文件记录的对象数量（/Size）有误，盖章会覆盖内容。请另存或用 qpdf 重写后重试。",
        "The file counts fewer objects (/Size) than it has. Save it anew, or rewrite it by qpdf.",
    )


class PageUnusable(Refused):
    """A page does not say how it lies."""

    code = "page_unusable"
    text = Text(
        "第 {page} 页无法定位：{reason_zh}。请重新导出该文件后再试。",
        "Page {page} has no place for anything: {reason_en}. Export the document anew.",
    )


class TooManySignatures(Refused):
    """Every impression beyond the first seal's, or on a signed document, is a signature."""

    code = "too_many_signatures"
    text = Text(
        "此用印申请需要 {count} 个签名，上限为 {limit}。文件已有签名时，每处印章都是一个签名："
        "请在他人签名之前先加盖多处印章（骑缝章），或减少位置，或使用预留的空白签名域。",
        "The order would take {count} signatures, more than {limit}: on a signed document, and for "
        "every seal but the first, each place is a signature. Place the seal with many impressions "
        "first, before anybody signs, or use fewer places, or prepared empty fields.",
    )


class EarlierSignatureBroken(Refused):
    """A signature in the document does not hold; nothing sealed on top of it could be released."""

    code = "earlier_signature_broken"
    text = Text(
        "文件中已有的签名“{field}”已失效或文件在其之后被改动，不能再盖章。请使用签署方提供的原始文件。",
        "The signature “{field}” does not hold any more. Use the file as its signer gave it out.",
    )


class DocumentCertified(Refused):
    """A certified document takes signatures in its prepared fields only."""

    code = "document_certified"
    text = Text(
        "文件已被认证签章：之后只能在其预留的空白签名域中盖章。请选用预留的签名域，或使用未认证的版本。",
        "The document is certified: from then on seals go into its prepared empty fields only. "
        "Choose one of those, or use a version that is not certified.",
    )


class CertificationImpossible(Refused):
    """The document cannot be certified by this order."""

    code = "certification_impossible"
    text = Text(
        "无法对文件进行认证签章：{reason_zh}。请去掉认证选项后再试。",
        "The document cannot be certified: {reason_en}. Leave the certification out.",
    )


class RestrictionsConflict(Refused):
    """A lock of one signature of an order leaves no room for a later one."""

    code = "restrictions_conflict"
    text = Text(
        "签名域“{field}”的锁定设置会使同一申请中后续的签名“{other}”无法添加。"
        "请调整顺序，将其放在最后，或分别提交。",
        "The lock of the signature “{field}” leaves no room for “{other}”, which follows in the "
        "same order. Put it last, or place two orders.",
    )


class SealsOfSeveralLicenses(Refused):
    """One order, one approval, one holder: so its seals must be of one license."""

    code = "seals_of_several_licenses"
    text = Text(
        "一次用印申请中的印章必须属于同一张电子营业执照。请分别提交。",
        "All seals of one order must belong to one e-license. Place an order for each license.",
    )


class LevelNotReached(SealserviceError):
    """After approval: the result is less than was asked for, so nothing is released."""

    code = "level_not_reached"
    text = Text(
        "未达到所要求的签名级别 {level}：{reason}。未放行任何文件。",
        "The level {level} was not reached: {reason}. Nothing was released.",
    )


class OutputInvalid(SealserviceError):
    """After approval: the sealed document does not verify from its own bytes."""

    code = "output_invalid"
    text = Text(
        "签章后的文件未通过自检（{reason}），未放行。请联系管理员。",
        "The sealed document failed its own verification ({reason}) and was not released. "
        "Call an administrator.",
    )


class BytesChanged(Conflict):
    """After approval: the stored document or tail is not the approved one."""

    code = "bytes_changed"
    text = Text(
        "文件内容与授权时不一致，未用印。请重新提交用印申请。",
        "The document is not the one that was approved; nothing was sealed. Place a new order.",
    )


class TimestampUnavailable(Unavailable):
    """After approval: the time-stamping authority gave no acceptable token."""

    code = "timestamp_unavailable"
    text = Text(
        "时间戳服务 {url} 未给出可用的时间戳：{reason_zh}。请稍后重试或检查设置。",
        "The time-stamping authority {url} gave no usable token: {reason_en}. "
        "Try again later or check the settings.",
    )


class SignatureTooLarge(SealserviceError):
    """After approval: signature and timestamp do not fit the place kept for them."""

    code = "signature_too_large"
    text = Text(
        "签名连同时间戳共 {needed} 字节，超过预留的 {reserved} 字节。请更换时间戳服务。",
        "Signature and timestamp need {needed} bytes, more than the {reserved} reserved. "
        "Use another time-stamping authority.",
    )


class RevocationUnavailable(Unavailable):
    """After approval: the status of a certificate could not be learnt."""

    code = "revocation_unavailable"
    text = Text(
        "无法取得证书状态（{url}）：{reason_zh}。请稍后重试或检查设置。",
        "The status of a certificate cannot be had from {url}: {reason_en}. "
        "Try again later or check the settings.",
    )


class CertificateRevoked(Conflict):
    """After approval: a certificate of the seal's or the timestamp's chain is revoked."""

    code = "certificate_revoked"
    text = Text(
        "证书“{name}”或其颁发者已被吊销，未放行任何文件。",
        "The certificate “{name}”, or an issuer of it, is revoked. Nothing was released.",
    )


class ClocksDiffer(Unavailable):
    """Our clock and the database's do not agree."""

    code = "clocks_differ"
    text = Text(
        "本机时钟与数据库相差 {seconds} 秒。请启用 NTP 校时。",
        "This machine's clock and the database's are {seconds} seconds apart. Synchronise both.",
    )


class OrderFailed(SealserviceError):
    """The order ended without a sealed document."""

    code = "order_failed"
    text = Text("用印失败：{reason_zh}", "Sealing failed: {reason_en}")


class OrderUnfinished(TryAgain):
    """The order is still being worked on."""

    code = "order_unfinished"
    text = Text(
        "用印申请“{order_id}”仍在处理中。请稍后查询。",
        "Sealing order “{order_id}” is still being worked on. Ask again later.",
    )
