"""Values of a PDF as pyHanko has them: entries with their references followed, lists of numbers."""

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic


def entry(dictionary: Any, name: str, default: Any) -> Any:  # noqa: ANN401 - PDF values
    """Return an entry with its reference followed, which pyHanko's ``get`` does not do."""
    try:
        return dictionary[name]
    except KeyError:
        return default


def raw_entry(dictionary: generic.DictionaryObject, name: str) -> Any:  # noqa: ANN401 - PDF values
    """Return an entry as it stands, a reference perhaps; None where there is none."""
    return dictionary.raw_get(name) if name in dictionary else None


def numbers(values: Iterable[float]) -> generic.ArrayObject:
    """Return an array of numbers."""
    return generic.ArrayObject(generic.FloatObject(value) for value in values)
