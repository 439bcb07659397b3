"""What the archive refuses, or cannot vouch for."""

from sealservice.kernel.errors import NotFound, SealserviceError, TryAgain
from sealservice.kernel.text import Text


class RecordNotFound(NotFound):
    """No such record in this organisation."""

    code = "record_not_found"
    text = Text(
        "没有找到档案“{record_id}”。请核对编号。",
        "There is no record “{record_id}”. Check the number.",
    )


class RecordDamaged(SealserviceError):
    """The stored bytes are not the recorded ones."""

    code = "record_damaged"
    text = Text(
        "档案“{record_id}”的存储内容与登记摘要不符。请立即联系管理员。",
        "The stored bytes of record “{record_id}” do not match its digest. Call an administrator.",
    )


class LockMissing(SealserviceError):
    """The store accepted the object but not its retention lock."""

    code = "lock_missing"
    text = Text(
        "对象存储没有为“{object_key}”加上保管锁，未归档。请检查存储桶设置。",
        "The store did not lock “{object_key}”; nothing was archived. Check the bucket's settings.",
    )


class AlreadyStored(TryAgain):
    """Another run of the same order stored its result first."""

    code = "already_stored"
    text = Text(
        "“{object_key}”已由同一订单的另一次处理存入，将改用该结果。",
        "“{object_key}” was stored by another run of the same order; that result will be used.",
    )


class RenewalNotFound(NotFound):
    """A record has no renewed copy of that number."""

    code = "renewal_not_found"
    text = Text(
        "档案“{record_id}”没有第 {number} 次续期。请查看其续期列表。",
        "The record “{record_id}” has no renewal number {number}. Look at the list of them.",
    )
