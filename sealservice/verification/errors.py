"""What verification cannot read or use. None of these is ever a verdict on a signature."""

from sealservice.kernel.errors import Conflict, NotFound, Refused, TooLarge, Unavailable
from sealservice.kernel.text import Text


class AnchorFolderMissing(Refused):
    """The folder of trust anchors does not exist."""

    code = "anchor_folder_missing"
    text = Text(
        "没有找到信任锚文件夹“{folder}”。请核对路径。",
        "There is no folder of trust anchors at “{folder}”. Check the path.",
    )


class AnchorUnreadable(Refused):
    """A file among the trust anchors holds no certificate."""

    code = "anchor_unreadable"
    text = Text(
        "信任锚文件“{file}”不是有效的 PEM 或 DER 证书。请更换或移走该文件。",
        "The trust anchor file “{file}” holds no valid PEM or DER certificate. "
        "Replace it or take it away.",
    )


class AnchorTooLarge(TooLarge):
    """A file among the trust anchors is far larger than certificates are."""

    code = "anchor_too_large"
    text = Text(
        "信任锚文件“{file}”超过 {limit} 字节的上限。请只放入证书。",
        "The trust anchor file “{file}” is over the limit of {limit} bytes. Put certificates only.",
    )


class DocumentTooLarge(TooLarge):
    """The file is over the size that is verified."""

    code = "file_too_large"
    text = Text(
        "文件大小为 {size} 字节，超过 {limit} 字节的上限。请验证较小的文件。",
        "The file has {size} bytes, over the limit of {limit} bytes. Verify a smaller file.",
    )


class DocumentTooLong(TooLarge):
    """The file has more pages than are verified."""

    code = "document_too_long"
    text = Text(
        "文件页数超过 {limit} 页的上限。请验证页数较少的文件。",
        "The file has more than {limit} pages, the limit. Verify a shorter file.",
    )


class SignaturesTooMany(TooLarge):
    """The file has more signatures than are judged."""

    code = "signatures_too_many"
    text = Text(
        "文件中的签章超过 {limit} 个的上限，没有逐一验证，因此没有结论。",
        "The file has more than {limit} signatures, the limit; they were not judged, so there is "
        "no verdict.",
    )


class RevisionsTooMany(TooLarge):
    """The file has more revisions than are compared."""

    code = "revisions_too_many"
    text = Text(
        "文件的修订版本超过 {limit} 个的上限，因此没有结论。",
        "The file has more than {limit} revisions, the limit, so there is no verdict.",
    )


class DocumentEmpty(Refused):
    """There are no bytes."""

    code = "document_empty"
    text = Text(
        "文件为空（0 字节）。请重新选择文件。",
        "The file is empty (0 bytes). Choose the file again.",
    )


class NotPdf(Refused):
    """The file does not start as a PDF does (ISO 32000-2 7.5.2)."""

    code = "not_pdf"
    text = Text(
        "该文件不是 PDF 文件，或文件头部已损坏。请选择 PDF 文件。",
        "This file is not a PDF, or its beginning is damaged. Choose a PDF file.",
    )


class DocumentEncrypted(Refused):
    """The file opens with a password only."""

    code = "file_encrypted"
    text = Text(
        "该 PDF 已加密，需要口令才能打开，因此无法验证。请提供未加密的原件。",
        "This PDF opens with a password only, so it cannot be verified. Provide the original "
        "without encryption.",
    )


class DocumentBroken(Refused):
    """The structure of the file cannot be followed."""

    code = "document_broken"
    text = Text(
        "该 PDF 的结构已损坏或不完整，无法读取。请向对方索取完整的原件。",
        "The structure of this PDF is damaged or incomplete. Ask the sender for the complete "
        "original.",
    )


class ReportNotFound(NotFound):
    """No report of that id is kept for this organisation."""

    code = "report_not_found"
    text = Text(
        "没有找到验章报告 {report_id}。报告只在要求保留时才保存；请核对编号，或重新验章。",
        "There is no report {report_id}. A report is only kept when that is asked for. Check the "
        "number, or verify the file again.",
    )


class ReportTooLarge(TooLarge):
    """A report has too much in it to be kept."""

    code = "report_too_large"
    text = Text(
        "验章报告超过 {limit} 的保留上限，没有保存。请下载报告自行保存。",
        "The report is over the limit of {limit} for reports that are kept; it was not kept. "
        "Download it and keep it yourself.",
    )


class ReportFormUnavailable(Refused):
    """A report of that form cannot be made here."""

    code = "report_form_unavailable"
    text = Text(
        "此处不能生成“{form}”形式的报告。请改用 json、detailed、diagnostic 或 etsi。",
        "A report of the form “{form}” cannot be made here. Ask for json, detailed, diagnostic or "
        "etsi.",
    )


class DiagnosticsUnreadable(Refused):
    """Kept diagnostic facts are not what they should be."""

    code = "diagnostics_unreadable"
    text = Text(
        "保存的诊断数据无法读取，可能出自其他版本。请重新验证文件。",
        "The diagnostic facts that were kept cannot be read; they may be of another version. "
        "Verify the file again.",
    )


class ReceiptFailed(Unavailable):
    """The receipt could not be typeset."""

    code = "receipt_failed"
    text = Text(
        "验证凭证 {report_id} 生成失败。请改用 JSON 报告，并查看日志。",
        "The receipt {report_id} could not be made. Use the JSON report, and see the log.",
    )


class PolicyNotFound(NotFound):
    """There is no policy of that name."""

    code = "policy_not_found"
    text = Text(
        "没有名为“{name}”的验证策略。可用的策略：{known}。也可以给出策略文件的路径。",
        "There is no policy called “{name}”. There are: {known}. A path of a file does, too.",
    )


class PolicyInvalid(Refused):
    """A policy file breaks a rule; ``path`` is where in the YAML."""

    code = "policy_invalid"
    text = Text(
        "验证策略文件“{file}”有误，{path}：{problem_zh}。请改正后重试。",
        "The policy file “{file}” is wrong at {path}: {problem_en}. Correct it and try again.",
    )

    def __init__(self, file: str, problem: Text, *path: str) -> None:
        super().__init__(
            file=file, path=".".join(path), problem_zh=problem.zh, problem_en=problem.en
        )


class AnchorDiffers(Refused):
    """A certificate is not the one that was meant."""

    code = "anchor_differs"
    text = Text(
        "证书的 SHA-256 是 {found}，与指定的 {wanted} 不符，未添加。请核对文件来源。",
        "The certificate's SHA-256 is {found}, not {wanted} as you said; it was not added. Check "
        "where the file comes from.",
    )


class TrustListInvalid(Refused):
    """A trust list does not hold."""

    code = "trust_list_invalid"
    text = Text(
        "信任列表不可采信：{problem_zh}。请向发布方索取正确的列表。",
        "The trust list cannot be relied on: {problem_en}. Get the right one from its publisher.",
    )

    def __init__(self, problem: Text) -> None:
        super().__init__(problem_zh=problem.zh, problem_en=problem.en)


class TrustListStale(Refused):
    """The next update of a trust list has passed."""

    code = "trust_list_stale"
    text = Text(
        "信任列表已过期（下次更新时间为 {next_update}）。请获取新的列表。",
        "The trust list is stale (its next update was due at {next_update}). Get the new one.",
    )


class TrustListTerritory(Refused):
    """A trust list is of another territory than was said."""

    code = "trust_list_territory"
    text = Text(
        "该信任列表属于“{found}”，而指定的是“{wanted}”。请核对列表及其来源。",
        "The trust list is of “{found}”, but “{wanted}” was named. Check the list and its source.",
    )


class TrustListRolledBack(Conflict):
    """A trust list is older than one that was taken in before, or another of the same number."""

    code = "trust_list_rolled_back"
    text = Text(
        "该信任列表的序号为 {found}，而已有序号 {known} 的列表。可能是旧列表被重放，未采用。",
        "The trust list has the sequence number {found}, and one with {known} was taken in "
        "already. An old list may have been played back; it is not used.",
    )


class TrustListUnknown(NotFound):
    """There is no trust list of that name."""

    code = "trust_list_unknown"
    text = Text(
        "没有名为“{name}”的信任列表。用 sealservice trust list 查看已有的列表。",
        "There is no trust list called “{name}”. See sealservice trust list.",
    )


class TrustListUnreachable(Unavailable):
    """A trust list cannot be had from where it is published."""

    code = "trust_list_unreachable"
    text = Text(
        "无法从 {url} 取得信任列表“{name}”：{reason_zh}。请稍后再试，或用文件更新。",
        "The trust list “{name}” cannot be had from {url}: {reason_en}. Try later, or refresh it "
        "from a file.",
    )

    def __init__(self, name: str, url: str, reason: Text) -> None:
        super().__init__(name=name, url=url, reason_zh=reason.zh, reason_en=reason.en)


class TrustListWithoutAddress(Refused):
    """It was not said where a trust list is published."""

    code = "trust_list_without_address"
    text = Text(
        "信任列表“{name}”没有发布地址。请给出新列表的文件，或用 trust add 加 --url 重新添加。",
        "The trust list “{name}” has no address. Name the file of its successor, or add it again "
        "with --url.",
    )


class TrustStoreBroken(Refused):
    """What is kept of trust lists cannot be read."""

    code = "trust_store_broken"
    text = Text(
        "信任库文件“{file}”已损坏。请从备份恢复，或删除该列表的文件夹后重新添加。",
        "The file “{file}” of the trust store is broken. Restore it, or delete the list's folder "
        "and add it again.",
    )
