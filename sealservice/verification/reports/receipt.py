"""The receipt of a verification, to be printed: Chinese and English, PDF/A-2b, numbered.

1. It says what the report says, in the order a clerk reads: verdict, file, then each signature.
2. With a number it is one that the service is about to seal, and has a place for its stamp. Without
   one it bears no seal, and says so. Either way the paper proves nothing by itself: who is shown
   one compares the digest of the file, or looks the number up at the address in the QR code.
3. Names come from strangers' files. They are data, never evaluated; letters that the fonts lack
   become □, and long ones are cut.
"""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from importlib.resources import files
from typing import Final

import segno
import typst
from fontTools.ttLib import TTFont

from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.resources import resource
from sealservice.kernel.text import Text
from sealservice.verification.decision import DOCUMENT_TIMESTAMP, verdict_of
from sealservice.verification.errors import ReceiptFailed
from sealservice.verification.messages import HEADLINES
from sealservice.verification.model import Report, SignatureReport, Verdict
from sealservice.verification.reports.formats import Rendered

WORDS: Final = {
    Verdict.VALID: Text("有效", "VALID"),
    Verdict.UNCONFIRMED: Text("无法确认", "NOT CONFIRMED"),
    Verdict.INVALID: Text("无效", "INVALID"),
    Verdict.UNSIGNED: Text("未发现签章", "NOT SIGNED"),
    Verdict.UNREADABLE: Text("无法读取", "NOT READABLE"),
}
_FONTS: Final = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
_TEMPLATE: Final = "templates/receipts/verification.typ"
_STANDARD: Final = "a-2b"
_MOST_SIGNATURES: Final = 40
"""More than these are counted only: a receipt is a few pages of paper."""
_LONGEST: Final = 160
"""Letters of a text that is shown."""
_LONGEST_NAME: Final = 40
"""Letters of a field's name that is shown."""
_MISSING: Final = "□"
_CHINA: Final = timezone(timedelta(hours=8))
_UNKNOWN: Final = "—"
STAMP_MM: Final = (136.0, 255.0, 162.0, 281.0)
"""Where on the first page the stamp of the service lies: left, bottom, right, top."""
_SEALED: Final = Text(
    "本凭证为电子文件时，由本服务以专用密钥签章并编号，任何改动都能验出；打印件上的图样不能证明什么。"
    "采信打印件前，请用二维码核对编号与结论，并核对文件的 SHA-256。",
    "As a file this receipt is sealed and numbered by the service with a key for nothing else; any "
    "change to it shows. The stamp on paper proves nothing: look number and verdict up by the code "
    "and compare the SHA-256 of the file before you rely on a print.",
)
_UNSEALED: Final = Text(
    "本凭证未加盖本服务的印章，仅为验证结果的打印件。采信前请核对文件的 SHA-256，"
    "或重新验证原文件。",
    "This receipt bears no seal of the service; it is a print-out of a result. Before you rely on "
    "it, compare the SHA-256 of the file, or verify the file itself again.",
)
_BY_CODE: Final = Text(
    "扫描二维码可在 {address} 查看本次验证或重新验证文件。",
    "Scan the code to see this verification, or to verify the file again, at {address}.",
)
_BY_PROGRAM: Final = Text(
    "重新验证：在装有 sealservice 的电脑上执行 sealservice verify 文件名。",
    "To verify again, run sealservice verify FILE where sealservice is installed.",
)
_MORE: Final = Text("另有 {count} 个签章未列出。", "{count} more signatures are not shown here.")


class ReceiptMaker:
    """Holds the fonts, which are read once; may be shared between threads."""

    def receipt(
        self, report: Report, address: str | None = None, number: str | None = None
    ) -> Rendered:
        """Return the receipt of a report.

        Args:
            report: what is certified to have been found.
            address: where the verification can be looked up, as a URL; None: nowhere.
            number: as ``receipt_number`` writes it, for one that is sealed next; None: never.

        Raises:
            ReceiptFailed: it cannot be typeset.
        """
        data = json.dumps(self._data(report, address, number), ensure_ascii=False)
        template = resource(_TEMPLATE)
        try:
            pdf: bytes = typst.compile(
                str(template),
                root=str(template.parent),
                font_paths=self._fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": data},
                pdf_standards=_STANDARD,
            )
        except typst.TypstError as error:
            raise ReceiptFailed(report_id=report.report_id) from error
        # As for forms: %%EOF must not share its line with what may be appended (ISO 19005-2 6.1.3).
        whole = pdf if pdf.endswith(b"\n") else pdf + b"\n"
        return Rendered("application/pdf", f"{report.report_id}.receipt.pdf", whole)

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folder = str(files("pylopdf_fonts_zh_cn"))
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )

    @cached_property
    def _letters(self) -> frozenset[int]:
        folder = files("pylopdf_fonts_zh_cn")
        maps = (TTFont(str(folder / name)).getBestCmap() for name in _FONTS)
        return frozenset.intersection(*(frozenset(letters) for letters in maps))

    def _shown(self, value: str | None, most: int = _LONGEST) -> str:
        """Return a stranger's text as it can be printed."""
        if not value:
            return _UNKNOWN
        cut = value if len(value) <= most else value[:most] + "…"
        return "".join(one if ord(one) in self._letters else _MISSING for one in cut)

    def _data(self, report: Report, address: str | None, number: str | None) -> JsonObject:
        moment = datetime.fromisoformat(report.validation_time).astimezone(UTC)
        shown = report.signatures[:_MOST_SIGNATURES]
        hidden = len(report.signatures) - len(shown)
        return {
            "number": number or report.report_id,
            "report": report.report_id if number else None,
            "verdict": report.verdict.value,
            "word": _both(WORDS[report.verdict]),
            "headline": _both(HEADLINES[report.verdict]),
            "test_only": report.test_only,
            "day": {unit: getattr(moment, unit) for unit in _UNITS},
            "errors": [self._told(error.text) for error in report.errors],
            "facts": list(self._document(report)),
            "signatures": [self._signature(signature) for signature in shown],
            "more": _both(_MORE.filled(count=hidden)) if hidden else None,
            "qr": _qr(address) if address else None,
            "notes": [
                _both(_SEALED if number else _UNSEALED),
                _both(_BY_CODE.filled(address=address) if address else _BY_PROGRAM),
            ],
        }

    def _document(self, report: Report) -> Iterator[JsonValue]:
        document = report.document
        pages = _UNKNOWN if document.pages is None else str(document.pages)
        yield _fact("文件", "File", self._shown(document.filename))
        yield _fact("大小 / 页数", "Size / pages", f"{document.size:,} bytes / {pages}")
        yield _fact("文件 SHA-256", "SHA-256 of the file", document.sha256 or _UNKNOWN)
        yield _fact("验证时间", "Verified at", _local(report.validation_time))
        policy = report.policy
        yield _fact("验证策略", "Policy", f"{policy['name']} {policy['version']}")
        trusted = report.trust_list
        listed = f" #{trusted['sequence']}" if trusted["sequence"] is not None else ""
        yield _fact("信任列表", "Trust list", self._shown(str(trusted["name"])) + listed)
        yield _fact("验证程序", "Software", report.engine)

    def _signature(self, signature: SignatureReport) -> JsonValue:
        verdict = signature.verdict or verdict_of(signature)
        is_stamp = signature.kind == DOCUMENT_TIMESTAMP
        kind = "文档时间戳 Document timestamp" if is_stamp else "签章 Signature"
        told = (*signature.errors, *signature.warnings)
        return {
            "title": f"{kind} {self._shown(signature.field, _LONGEST_NAME)}",
            "verdict": verdict.value,
            "word": _both(WORDS[verdict]),
            "facts": list(self._facts(signature)),
            "checks": [
                {"status": check.status.value, "text": _both(check.text)}
                for check in signature.checks
            ],
            "told": [self._told(message.text) for message in told],
        }

    def _facts(self, signature: SignatureReport) -> Iterator[JsonValue]:
        signer = signature.signer
        names = (signer.organization, signer.common_name) if signer else ()
        shown = self._shown(" · ".join(name for name in names if name))
        if signature.kind == DOCUMENT_TIMESTAMP:
            yield _fact("时间戳机构", "Authority", shown)
            yield _fact("证明时间", "Proven time", _local(signature.best_signature_time))
            return
        yield _fact("签章者", "Signer", shown)
        if signer and signer.uscc:
            yield _fact("统一社会信用代码", "USCC", self._shown(signer.uscc))
        yield _fact("自称时间", "Claimed time", _local(signature.claimed_signing_time))
        yield _fact("证明时间", "Proven time", _local(signature.best_signature_time))
        sub = f" ({signature.sub_indication})" if signature.sub_indication else ""
        level = f"{self._shown(signature.format)} {signature.level}"
        indication = f"{signature.indication.value}{sub}"
        yield _fact("级别 / 判定", "Level / indication", f"{level} / {indication}")
        yield _fact("信任锚", "Trust anchor", self._shown(signature.trust_anchor))

    def _told(self, text: Text) -> JsonValue:
        return {"zh": self._shown(text.zh), "en": self._shown(text.en)}


_UNITS: Final = ("year", "month", "day", "hour", "minute", "second")


def _both(text: Text) -> JsonValue:
    return {"zh": text.zh, "en": text.en}


def _fact(zh: str, en: str, value: str) -> JsonValue:
    return {"name": {"zh": zh, "en": en}, "value": value}


def _local(written: str | None) -> str:
    if written is None:
        return _UNKNOWN
    moment = datetime.fromisoformat(written).astimezone(_CHINA)
    return f"{moment:%Y-%m-%d %H:%M:%S} (UTC+08:00)"


def _qr(address: str) -> str:
    """Draw a QR code (ISO/IEC 18004) that survives a bad copy: a quarter of it may be lost."""
    code = segno.make_qr(address, error="q")
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=4, xmldecl=False)
    return drawing.getvalue().decode()
