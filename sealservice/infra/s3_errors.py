"""What can go wrong between us and the object store."""

from sealservice.kernel.errors import Conflict, NotFound, TooLarge, Unavailable
from sealservice.kernel.text import Text


class StoreUnavailable(Unavailable):
    """The object store did not answer, or refused us."""

    code = "store_unavailable"
    text = Text(
        "对象存储不可用：{reason}。请确认其已启动且设置正确（可运行 sealservice doctor）。",
        "The object store cannot be used: {reason}. Check that it runs and that the settings are "
        "right (sealservice doctor helps).",
    )


class ObjectNotFound(NotFound):
    """No such object, or no such version of it."""

    code = "object_not_found"
    text = Text(
        "对象存储中没有“{key}”。请核对编号。",
        "The object store has no “{key}”. Check the identifier.",
    )


class ObjectExists(Conflict):
    """The key is taken by other bytes."""

    code = "object_exists"
    text = Text(
        "对象“{key}”已存在且内容不同，未覆盖。请使用新的编号。",
        "The object “{key}” exists with other content and was not overwritten. Use a new key.",
    )


class ObjectTooLarge(TooLarge):
    """The object is larger than this process reads into memory."""

    code = "object_too_large"
    text = Text(
        "对象“{key}”超过 {limit} 字节，未读取。请用对象存储的客户端直接取出。",
        "The object “{key}” is larger than {limit} bytes and was not read. "
        "Fetch it with a client of the object store.",
    )
