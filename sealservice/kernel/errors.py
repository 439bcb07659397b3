"""The kinds of refusal. Features subclass them; edges map a kind to a status or an exit code.

An error means "refused" or "could not decide", never "the signature is invalid": that is a verdict.
Each concrete error states a stable ``code`` and a ``text`` in both languages that says what
happened and what to do next. Nothing here knows of HTTP or exit codes.
"""

import copyreg
from typing import ClassVar

from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Language, Text


class SealserviceError(Exception):
    """Base of every error this package raises on purpose."""

    code: ClassVar[str] = "internal"
    text: ClassVar[Text] = Text("内部错误。请查看日志。", "Internal error. See the log.")

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        self.message = self.text.filled(**fields)
        super().__init__(self.message.en)

    def __reduce__(self) -> tuple[object, ...]:
        # The constructor takes named fields only, so an error is pickled by its state instead.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def to(self, language: Language) -> str:
        """Return the filled message in one language."""
        return self.message.to(language)

    def as_json(self) -> JsonObject:
        """Return code and message in both languages, to be kept with what it ended."""
        return {"code": self.code, "zh": self.message.zh, "en": self.message.en}


class Refused(SealserviceError):
    """The input is not acceptable; sending it again unchanged will not help."""


class TooLarge(Refused):
    """The input is over a named limit."""


class NotFound(Refused):
    """No such thing, or not one that this caller may know of."""


class Conflict(Refused):
    """The input contradicts what is already stored."""


class NotAuthenticated(SealserviceError):
    """The caller did not prove who they are."""


class NotAllowed(SealserviceError):
    """The caller is known and may not do this."""


class Unavailable(SealserviceError):
    """Something this step needs (database, store, time-stamping authority) cannot be had."""


class TryAgain(SealserviceError):
    """A passing hindrance; the same call may succeed later."""


class CannotWrite(SealserviceError):
    """The output file or folder cannot be written."""
