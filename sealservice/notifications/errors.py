"""Why an address is not told of changes, or cannot be."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotFound, Refused, Unavailable
from sealservice.kernel.text import Text


class EndpointNotFound(NotFound):
    """No such endpoint in this organisation."""

    code = "webhook_endpoint_not_found"
    text = Text(
        "没有找到接收地址“{endpoint_id}”。请核对编号。",
        "There is no webhook endpoint “{endpoint_id}”. Check its id.",
    )


class DeliveryNotFound(NotFound):
    """No such delivery in this organisation."""

    code = "webhook_delivery_not_found"
    text = Text(
        "没有找到推送“{delivery_id}”。请核对编号。",
        "There is no webhook delivery “{delivery_id}”. Check its id.",
    )


class AddressRefused(Refused):
    """That is no address to which a notice may go."""

    code = "webhook_address_refused"
    text = Text(
        "接收地址不可用：{reason_zh}。请填写公共网络中的 https:// 地址。",
        "This address cannot be used: {reason_en}. Give an https:// address of the public network.",
    )


class TooManyEndpoints(Conflict):
    """The organisation has as many endpoints as it may."""

    code = "webhook_endpoints_too_many"
    text = Text(
        "接收地址最多 {greatest} 个。请先删除不再使用的地址。",
        "There may be {greatest} webhook endpoints. Delete one that is no longer used first.",
    )


class EndpointDisabled(Conflict):
    """Nothing is sent to an endpoint that is switched off."""

    code = "webhook_endpoint_disabled"
    text = Text(
        "接收地址已停用，不能推送。请先启用。",
        "The webhook endpoint is disabled, so nothing is sent. Enable it first.",
    )


class DeliveryPending(Conflict):
    """It is going to be sent anyway."""

    code = "webhook_delivery_pending"
    text = Text(
        "该推送正在等待发送，无需重发。",
        "This delivery is waiting to be sent anyway. There is nothing to do.",
    )


class OperatorEndpoint(NotAllowed):
    """Only whoever runs the installation hears of every organisation."""

    code = "webhook_everywhere_refused"
    text = Text(
        "只有本机操作员可以登记接收所有机构事件的地址。请在服务器上用命令行登记。",
        "Only the operator of this installation may have an endpoint hear of all organisations. "
        "Add it at the machine's command line.",
    )


class WorkerUnknown(Unavailable):
    """No worker has published the key that secrets are encrypted to."""

    code = "webhook_worker_unknown"
    text = Text(
        "后台任务进程尚未启动过，无法保存签名密钥。请启动 sealservice worker 后重试。",
        "No worker has been started yet, so a signing secret cannot be kept. Start "
        "“sealservice worker” and try again.",
    )


class SecretUnreadable(Refused):
    """The worker has another key than the one a secret was encrypted to."""

    code = "webhook_secret_unreadable"
    text = Text(
        "签名密钥无法解密（后台任务进程的密钥已更换）。请为该接收地址更换签名密钥。",
        "The signing secret cannot be decrypted: the worker's key is another one now. Replace the "
        "secret of this endpoint.",
    )


class NotDelivered(Refused):
    """A receiver did not take a notice; ``reason`` is part of every such sentence."""

    code = "webhook_not_delivered"
    text = Text("未送达：{reason_zh}。", "It was not delivered: {reason_en}.")


class MailAddressRefused(Refused):
    """That is no address of e-mail, or it brings something else along."""

    code = "mail_address_refused"
    text = Text(
        "“{address}”不是有效的电子邮件地址。请改为 name@example.org 这样的地址。",
        "“{address}” is no e-mail address. Give one like name@example.org.",
    )


class MailNotSent(Unavailable):
    """The mail server did not take a letter, or there is no place for its file."""

    code = "mail_not_sent"
    text = Text(
        "邮件未能经 {place} 发出：{reason}。稍后会自动重试；请检查 SEALSERVICE_MAIL_URL 等设置。",
        "The mail was not sent by way of {place}: {reason}. It is tried again by itself; check "
        "SEALSERVICE_MAIL_URL and the settings beside it.",
    )
