"""What is refused of a batch. See ``kernel/errors.py`` for what the kinds mean."""

from sealservice.kernel.errors import Conflict, NotFound, Refused, TooLarge, TryAgain, Unavailable
from sealservice.kernel.text import Text


class BatchNotFound(NotFound):
    """No such batch in the caller's organisation."""

    code = "batch_not_found"
    text = Text(
        "没有编号为 {batch_id} 的批量用印。请核对编号。",
        "There is no batch {batch_id}. Check the id.",
    )


class BatchEmpty(Refused):
    """A list without documents."""

    code = "batch_empty"
    text = Text(
        "清单中没有文件。请至少加入一个 PDF 文件。",
        "The list holds no document. Add at least one PDF.",
    )


class BatchTooLong(TooLarge):
    """More documents than one list may hold."""

    code = "batch_too_long"
    text = Text(
        "清单有 {count} 个文件，一次最多 {limit} 个。请分成几批。",
        "The list holds {count} documents; {limit} at most go into one. Make several batches.",
    )


class BatchDocumentRepeated(Conflict):
    """The same bytes twice in one list."""

    code = "batch_document_repeated"
    text = Text(
        "与清单中第 {first} 个文件内容相同，未重复列入。如确需两份，请另行提交。",
        "It has the same content as document {first} of the list, so it was left out. "
        "If you need a second one, hand it in separately.",
    )


class BatchNotPending(Conflict):
    """A batch that does not wait for an approval."""

    code = "batch_not_pending"
    text = Text(
        "批量用印 {batch_id} 的状态为 {state}，不能授权。",
        "The batch {batch_id} is {state}; it cannot be approved.",
    )


class BatchByMandate(Refused):
    """A list was to be sealed by a mandate, whose uses are counted document by document."""

    code = "batch_by_mandate"
    text = Text(
        "批量用印暂不能凭授权办理。请逐件提交，或由本人办理。",
        "A list of documents cannot be sealed by a mandate. Place single orders, or act in your "
        "own right.",
    )


class NothingToSeal(Refused):
    """None of the documents can be sealed."""

    code = "batch_nothing_to_seal"
    text = Text(
        "清单中的 {count} 个文件都不能盖章，原因见各文件。请改正后重新提交。",
        "None of the {count} documents can be sealed; each says why. Correct them and start anew.",
    )


class BatchUnfinished(TryAgain):
    """Some documents of a batch wait for something, or for another run."""

    code = "batch_unfinished"
    text = Text(
        "批量用印 {batch_id} 尚有 {count} 个文件未完成，稍后自动继续。",
        "{count} documents of the batch {batch_id} are not finished; it goes on by itself.",
    )


class OrderInBatch(Conflict):
    """An order that is approved with its list."""

    code = "order_in_batch"
    text = Text(
        "申请 {order_id} 属于批量用印 {batch_id}，请对整份清单授权。",
        "The order {order_id} is part of the batch {batch_id}: approve the whole list.",
    )


class RawSealUnknown(NotFound):
    """Bytes that are in no approved list."""

    code = "raw_seal_unknown"
    text = Text(
        "批量用印 {batch_id} 的已授权清单中没有摘要为 {sha256} 的文件。请核对文件内容。",
        "The approved list of the batch {batch_id} has no document of the digest {sha256}. "
        "Check the bytes.",
    )


class SignerAway(Unavailable):
    """The signer does not answer."""

    code = "signer_away"
    text = Text(
        "签章进程没有应答。请稍后重试；已授权的文件不会丢失。",
        "The signer does not answer. Try again later; nothing that was approved is lost.",
    )
