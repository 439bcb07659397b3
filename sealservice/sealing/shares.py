"""How the impressions of an order are shared out among its signatures.

1. A document that nobody has signed: the first seal makes one signature. Its first impression, or
   the first that fills a prepared field, is the signature's field; the others are content of their
   pages, but for further prepared fields, which only a signature fills.
2. Every further seal, and every impression on a document that is signed already: one signature for
   each impression, for a signature field has one widget, and content must not change any more.
3. No more signatures than allowed: each one takes the key, a timestamp, and its place in the file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sealservice.sealing.errors import TooManySignatures
from sealservice.sealing.model import Impression, Mark


def shares(marks: Sequence[Mark], most: int, *, is_signed: bool) -> tuple[Mark, ...]:
    """Return one mark for each signature, its field first, in the order of signing.

    Raises:
        TooManySignatures: there would be more than ``most``.
    """
    found = tuple(
        replace(mark, impressions=together)
        for position, mark in enumerate(marks)
        for together in _together(mark.impressions, alone=is_signed or position > 0)
    )
    if len(found) > most:
        raise TooManySignatures(count=len(found), limit=most)
    return found


def _together(
    impressions: tuple[Impression, ...], *, alone: bool
) -> Iterator[tuple[Impression, ...]]:
    if alone or not impressions:
        yield from ((impression,) for impression in impressions)
        return
    first = next((one for one in impressions if one.field is not None), impressions[0])
    others = [one for one in impressions if one is not first]
    yield (first, *(one for one in others if one.field is None))
    yield from ((one,) for one in others if one.field is not None)
