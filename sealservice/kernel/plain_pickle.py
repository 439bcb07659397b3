"""Reads what a process wrote that hostile input may have taken over.

Only plain values, moments and this package's frozen data, enums and errors are made of it: nothing
that it could make its reader call.
"""

import io
import pickle
import sys
from dataclasses import is_dataclass
from enum import Enum
from functools import partial
from typing import Final

from sealservice.kernel.errors import SealserviceError

_MOMENTS: Final = frozenset({"datetime", "timedelta", "timezone"})


def plainly_unpickled(data: bytes) -> object:
    """Return the value that a process wrote.

    Raises:
        Exception: of nearly any kind, when it is not plain, or no pickle.
    """
    return _PlainUnpickler(io.BytesIO(data)).load()


class _PlainUnpickler(pickle.Unpickler):
    """Makes plain values, moments, and this package's frozen data, enums and errors.

    1. A name is one word: a path such as ``sys.modules.get`` leads out of its module.
    2. Modules count as they are loaded here; none is imported on a child's word.
    3. No class is handed out that the pickle could then write to: frozen data and errors take
       their state as instances only, and an enum stands behind a function.
    4. Python 3.11 before its fourth patch (Debian 12's) names a member of an enum by ``getattr``:
       here that finds members of our enums, and nothing else.
    """

    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ("builtins", "getattr"):
            return _member
        found: object = getattr(sys.modules.get(module), name, None)
        if module == "datetime" and name in _MOMENTS:
            return found
        if isinstance(found, type) and found.__module__ == module and _is_ours(module):
            if issubclass(found, Enum):
                return partial(found)
            if _is_plain(found):
                return found
        message = f"{module}.{name} may not leave the sandbox"
        raise pickle.UnpicklingError(message)


def _member(behind: object, name: str) -> Enum:
    """Return a member of an enum that stands behind a function."""
    if isinstance(behind, partial) and isinstance(behind.func, type):
        found = behind.func.__members__[name] if issubclass(behind.func, Enum) else None
        if isinstance(found, Enum):
            return found
    message = f"{name} of {behind} may not leave the sandbox"
    raise pickle.UnpicklingError(message)


def _is_ours(module: str) -> bool:
    return module.startswith("sealservice.")


def _is_plain(found: type) -> bool:
    is_frozen_data = is_dataclass(found) and hasattr(found, "__setstate__")
    return is_frozen_data or issubclass(found, SealserviceError)
