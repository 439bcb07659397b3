"""A verification report for people, in the order a clerk reads: verdict, why, then the details.

Times are shown in the time zone of this machine; claimed and proven time are told apart. Colour
only repeats what symbol and word say.
"""

from collections.abc import Iterator
from typing import Final

from sealservice.cli.output import Output, local_text
from sealservice.kernel.text import Text
from sealservice.verification.decision import DOCUMENT_TIMESTAMP, verdict_of
from sealservice.verification.messages import HEADLINES
from sealservice.verification.model import (
    CheckStatus,
    Report,
    SignatureReport,
    SignerName,
    Verdict,
)

VERDICTS: Final = {
    Verdict.VALID: ("✔", Text("有效", "VALID"), "bold green"),
    Verdict.UNCONFIRMED: ("?", Text("无法确认", "NOT CONFIRMED"), "bold yellow"),
    Verdict.INVALID: ("✘", Text("无效", "INVALID"), "bold red"),
    Verdict.UNSIGNED: ("○", Text("未发现签章", "NOT SIGNED"), "bold"),
    Verdict.UNREADABLE: ("✘", Text("无法读取", "NOT READABLE"), "bold yellow"),
}
_CHECKS: Final = {
    CheckStatus.PASSED: ("✔", "green"),
    CheckStatus.WARNING: ("!", "yellow"),
    CheckStatus.FAILED: ("✘", "red"),
    CheckStatus.NOT_DONE: ("–", "dim"),
}
_TEST: Final = Text(
    "测试根证书，无法律效力。", "A test root is involved: this has no legal effect."
)
_SEAL: Final = Text("签章", "Signature")
_STAMP: Final = Text("文档时间戳", "Document timestamp")
_SOURCES: Final = {
    "signature_timestamp": Text("签名时间戳", "signature timestamp"),
    "document_timestamp": Text("文档时间戳", "document timestamp"),
}
_TOLD_ABOVE: Final = "demonstration"
_UNKNOWN: Final = Text("未知", "unknown")
_UNPROVEN: Final = Text("无（只有自称的时间）", "none (only the claimed one)")


def verdict_word(output: Output, verdict: str) -> str:
    """Return a stored verdict as a word for people."""
    return VERDICTS[Verdict(verdict)][1].to(output.language)


def print_report(output: Output, report: Report) -> None:
    """Print a report."""
    symbol, _, style = VERDICTS[report.verdict]
    output.line(f"{symbol} {HEADLINES[report.verdict].to(output.language)}", style)
    if report.test_only:
        output.say(_TEST, "yellow")
    for error in report.errors:
        output.say(error.text, "yellow")
    output.line()
    output.pairs(dict(_document(output, report)))
    for signature in report.signatures:
        _print_signature(output, signature)


def _document(output: Output, report: Report) -> Iterator[tuple[Text, str]]:
    document = report.document
    size = Text(f"{document.size:,} 字节", f"{document.size:,} bytes")
    yield Text("文件", "File"), document.filename
    yield Text("大小", "Size"), size.to(output.language)
    if document.pages is not None:
        yield Text("页数", "Pages"), str(document.pages)
    yield Text("SHA-256", "SHA-256"), document.sha256 or "—"
    yield Text("验章时间", "Verified"), local_text(report.validation_time)
    policy = f"{report.policy['name']} {report.policy['version']}"
    yield Text("验证策略", "Policy"), policy


def _print_signature(output: Output, signature: SignatureReport) -> None:
    symbol, word, style = VERDICTS[signature.verdict or verdict_of(signature)]
    kind = _STAMP if signature.kind == DOCUMENT_TIMESTAMP else _SEAL
    output.line()
    title = f"{symbol} {kind.to(output.language)} {signature.field}"
    output.line(f"{title}  {word.to(output.language)}", style)
    output.pairs(dict(_facts(output, signature)), indent=2)
    for check in signature.checks:
        mark, colour = _CHECKS[check.status]
        output.line(f"  {mark} {check.text.to(output.language)}", colour)
    for message in (*signature.errors, *signature.warnings):
        if message.key == _TOLD_ABOVE:
            continue
        output.line(f"  ! {message.text.to(output.language)}", "yellow")
    for message in signature.infos:
        output.line(f"  · {message.text.to(output.language)}", "dim")


def _facts(output: Output, signature: SignatureReport) -> Iterator[tuple[Text, str]]:
    unknown = _UNKNOWN.to(output.language)
    signer = _name(signature.signer) if signature.signer else unknown
    if signature.kind == DOCUMENT_TIMESTAMP:
        yield Text("时间戳机构", "Authority"), signer
        yield Text("时间", "Time"), _proven(output, signature)
        return
    claimed = signature.claimed_signing_time
    sub = f" ({signature.sub_indication})" if signature.sub_indication else ""
    yield Text("签章者", "Signer"), signer
    yield Text("自称时间", "Claimed time"), local_text(claimed) if claimed else unknown
    yield Text("证明时间", "Proven time"), _proven(output, signature)
    yield Text("级别", "Level"), f"{signature.format} {signature.level}"
    yield Text("判定", "Indication"), signature.indication.value + sub


def _name(signer: SignerName) -> str:
    name = signer.organization or signer.common_name or signer.certificate_sha256
    return f"{name} ({signer.uscc})" if signer.uscc else name


def _proven(output: Output, signature: SignatureReport) -> str:
    if signature.best_signature_time is None:
        return _UNPROVEN.to(output.language)
    source = _SOURCES.get(signature.best_time_source or "")
    shown = local_text(signature.best_signature_time)
    return f"{shown} ({source.to(output.language)})" if source else shown
