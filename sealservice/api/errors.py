"""What only this edge refuses."""

from sealservice.kernel.errors import NotFound, Refused, TryAgain, Unavailable
from sealservice.kernel.text import Text


class ResourceNotFound(NotFound):
    """No resource has this address."""

    code = "not_found"
    text = Text(
        "没有这个资源。请核对地址。",
        "There is no such resource. Check the address.",
    )


class MethodNotAllowed(Refused):
    """The resource exists and does not know this method."""

    code = "method_not_allowed"
    text = Text(
        "该资源不支持此方法。请查阅接口文档。",
        "This resource does not support the method. See the API description.",
    )


class RequestInvalid(Refused):
    """Fields of the request are wrong; ``errors`` names each."""

    code = "request_invalid"
    text = Text(
        "请求有误，请按 errors 中的说明改正后重试。",
        "The request is not acceptable. Correct what “errors” names and try again.",
    )


class MediaTypeUnsupported(Refused):
    """The body is of a kind that is not read here."""

    code = "media_type_unsupported"
    text = Text(
        "不支持的 Content-Type。请使用 {accepted}。",
        "This Content-Type is not supported. Use {accepted}.",
    )


class IdempotencyKeyMissing(Refused):
    """Whoever creates something names a key, so that a repetition does not create another."""

    code = "idempotency_key_missing"
    text = Text(
        "缺少 Idempotency-Key 请求头。请为每次新建操作附上 1 至 255 个可见字符的唯一值。",
        "The header Idempotency-Key is missing. Send a unique value of 1 to 255 visible "
        "characters with each creating request.",
    )


class IdempotencyKeyInFlight(TryAgain):
    """The first request with this key is still being worked on."""

    code = "idempotency_key_in_flight"
    text = Text(
        "使用同一 Idempotency-Key 的请求正在处理中。请稍后重试。",
        "A request with this Idempotency-Key is still being worked on. Try again shortly.",
    )


class IdempotencyKeyReused(Refused):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    text = Text(
        "该 Idempotency-Key 已用于内容不同的请求。请换用新的值。",
        "This Idempotency-Key was used for a different request. Use a new one.",
    )


class TooManyStreams(TryAgain):
    """More streams of events than one process keeps open."""

    code = "too_many_streams"
    text = Text(
        "同时打开的进度流过多。请稍后重试，或改用查询。",
        "Too many streams of events are open. Try again shortly, or ask by GET.",
    )


class ServiceUnavailable(Unavailable):
    """A part of the service is away; which one is for the log, not for callers."""

    code = "service_unavailable"
    text = Text(
        "服务暂不可用，请稍后重试。",
        "The service is temporarily unavailable. Try again later.",
    )
