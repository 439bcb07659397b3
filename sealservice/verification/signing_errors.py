"""Why a report is not signed."""

from sealservice.kernel.errors import Conflict, Refused, TryAgain
from sealservice.kernel.text import Text


class ReportKeyMissing(Conflict):
    """The trust domain has no live key for reports."""

    code = "report_key_missing"
    text = Text(
        "本系统还没有用于签署验章报告的密钥。请管理员在密钥仪式文件中加入 report 单元"
        "（见 keys/README.md），再执行 sealservice keys ceremony。",
        "This installation has no key for verification reports. Let an administrator add a unit "
        "for reports to the ceremony file (keys/README.md) and run “sealservice keys ceremony”.",
    )


class ReportNotSignable(Refused):
    """What is kept under an id is not a report that its own facts give."""

    code = "report_not_signable"
    text = Text(
        "报告 {report_id} 的内容与其所记事实不一致，或出自其他版本，不予签署。请重新验章。",
        "The report {report_id} is not what its own facts give, or is of another version; it is "
        "not signed. Verify the file again.",
    )


class ReportOfAnotherTime(Conflict):
    """A report was judged as of a moment other than that at which it was made."""

    code = "report_of_another_time"
    text = Text(
        "报告 {report_id} 是按另一时刻验证的，不予签署，否则会被误认为当时出具。"
        "请按当前时间重新验章。",
        "The report {report_id} was made as of another moment, so it is not signed: it would look "
        "as if it had been made then. Verify the file as of now.",
    )


class ReportSigningFailed(TryAgain):
    """The signer did not sign a report."""

    code = "report_signing_failed"
    text = Text(
        "签署验章报告 {report_id} 未成功，报告本身已保留。请稍后再下载。",
        "The report {report_id} could not be signed; the report itself is kept. Try again later.",
    )
