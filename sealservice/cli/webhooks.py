"""``sealservice webhooks``: who is told of changes, and whether they heard."""

from typing import Annotated, Final

import typer

from sealservice.api.webhooks import DeliveryShown, EndpointIssued, EndpointShown
from sealservice.cli.call import call_of
from sealservice.cli.desk import everything, open_desk
from sealservice.cli.output import Output, local_time
from sealservice.kernel.text import Text
from sealservice.notifications.model import Delivery, DeliveryState, Endpoint, EventType

app = typer.Typer()

_ONCE: Final = Text("请立即保存：密钥只显示这一次。", "Keep it now: the secret is shown only once.")
_RESENT: Final = Text("已排队重发。", "It is going to be sent again.")
_ALL: Final = Text("全部", "all")
_ON: Final = Text("推送中", "enabled")
_OFF: Final = Text("已停用", "disabled")
_STATES: Final = {
    DeliveryState.PENDING: Text("等待发送", "pending"),
    DeliveryState.DELIVERED: Text("已送达", "delivered"),
    DeliveryState.FAILED: Text("未送达", "failed"),
}
_ENDPOINTS: Final = (
    Text("编号", "Id"),
    Text("地址", "Address"),
    Text("事件", "Events"),
    Text("状态", "State"),
)
_DELIVERIES: Final = (
    Text("编号", "Id"),
    Text("事件", "Event"),
    Text("时间", "Time"),
    Text("状态", "State"),
    Text("尝试", "Tries"),
    Text("说明", "Remark"),
)


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="接收地址 / https:// address")],
    event: Annotated[
        list[EventType] | None, typer.Option(help="事件类型，可多次；默认全部 / may be repeated")
    ] = None,
    everywhere: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--all-organisations", help="接收所有机构的事件 / of all organisations")
    ] = False,
) -> None:
    """登记接收地址 / have an address told of changes."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        endpoint, secret = desk.services.webhooks.add(
            desk.actor, url, frozenset(event or ()), everywhere=everywhere
        )
    if output.json:
        output.shown(EndpointIssued(**EndpointShown.of(endpoint).model_dump(), secret=secret))
        return
    output.pairs({Text("编号", "Id"): endpoint.id, Text("签名密钥", "Secret"): secret})
    output.say(_ONCE, "yellow")


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出接收地址 / list the addresses."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        service = desk.services.webhooks
        found = everything(lambda last, limit: service.page(desk.actor, last, limit))
    if output.json:
        output.shown([EndpointShown.of(endpoint) for endpoint in found])
        return
    output.table(_ENDPOINTS, [_endpoint(one, output) for one in found])


@app.command()
def deliveries(
    context: typer.Context,
    endpoint_id: Annotated[str, typer.Argument(metavar="ID", help="接收地址编号 / endpoint id")],
) -> None:
    """列出最近的推送 / list the latest deliveries to an address."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = desk.services.webhooks.deliveries_to(desk.actor, endpoint_id, None, 100)
    if output.json:
        output.shown([DeliveryShown.of(delivery) for delivery in found])
        return
    output.table(_DELIVERIES, [_delivery(one, output) for one in found])


@app.command()
def resend(
    context: typer.Context,
    delivery_id: Annotated[str, typer.Argument(metavar="ID", help="推送编号 / delivery id")],
) -> None:
    """重新发送 / send a notice again."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        delivery = desk.services.webhooks.redeliver(desk.actor, delivery_id)
    if output.json:
        output.shown(DeliveryShown.of(delivery))
        return
    output.say(_RESENT)


def _endpoint(endpoint: Endpoint, output: Output) -> list[str]:
    events = " ".join(sorted(endpoint.events)) or _ALL.to(output.language)
    state = (_OFF if endpoint.disabled_at else _ON).to(output.language)
    return [endpoint.id, endpoint.url, events, state]


def _delivery(delivery: Delivery, output: Output) -> list[str]:
    problem = delivery.attempts[-1].problem if delivery.attempts else None
    return [
        delivery.id,
        delivery.event.type.value,
        local_time(delivery.event.at),
        _STATES[delivery.state].to(output.language),
        str(len(delivery.attempts)),
        str(problem[output.language.value]) if problem else "",
    ]
