"""What ends an approved order, or keeps it waiting, because of time."""

from sealservice.kernel.errors import Conflict, TryAgain
from sealservice.kernel.text import Text


class TimestampPending(TryAgain):
    """The order is signed and waits for its timestamp or for the status of its certificates."""

    code = "timestamp_pending"
    text = Text(
        "用印申请“{order_id}”已签章，正在等待时间戳或证书状态（{reason_zh}）。将自动重试，无需操作。",
        "Sealing order “{order_id}” is signed and waits for its timestamp or for the status of "
        "certificates ({reason_en}). It is tried again by itself; nothing needs to be done.",
    )


class TimestampTooLate(Conflict):
    """After approval: the timestamp was had too late to prove the signature."""

    code = "timestamp_too_late"
    text = Text(
        "时间戳时间 {time} 晚于允许的最晚时间 {latest}（签名声明时间后的期限或印章证书的有效期），"
        "未放行任何文件。请重新提交用印申请。",
        "The timestamp's time {time} is later than {latest}, the latest that the claimed time of "
        "the signature and the seal's certificate allow. Nothing was released; place a new order.",
    )
