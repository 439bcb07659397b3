"""The PDF as it is opened for verification.

1. A file that does not start as a PDF does is none; bytes before the header are not skipped.
2. It is read strictly. A file that is only readable leniently says so in its report.
3. Encryption that an empty password opens is no hindrance; any other is.
4. The page tree is walked without recursion; a node that is met twice breaks the file.

Anything the reader raises on broken input becomes one of our errors here.
"""

import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.verification.comparison.differences import Differences
from sealservice.verification.comparison.history import DOUBLED
from sealservice.verification.errors import (
    DocumentBroken,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentTooLong,
    NotPdf,
)
from sealservice.verification.prepared import has_prepared_objects, unsigned_pictures

if TYPE_CHECKING:
    from sealservice.verification.rendering import Looks

_HEADER: Final = re.compile(rb"%PDF-\d\.\d")
_END: Final = b"%%EOF"
_BLANK: Final = b"\x00\t\n\f\r "


class Document:
    """An open PDF with its pages."""

    def __init__(
        self,
        data: bytes,
        reader: PdfFileReader,
        pages: list[generic.Reference],
        *,
        has_doubled_keys: bool = False,
    ) -> None:
        self.data = data
        self.has_doubled_keys = has_doubled_keys
        """Whether a trailer or the catalog gives a key twice: programs read the one or other."""
        self.is_lenient = not reader.strict
        """Whether the file departs from the standard and was read nevertheless."""
        self.reader = reader
        # A reference to an object that is not there means null, and is no error (7.3.10).
        self.reader.strict = False
        self.pages = pages
        self.differences = Differences(reader)

    @cached_property
    def looks(self) -> "Looks":
        """Return what renders its pages."""
        # Importing the renderer takes time, which only changes that can be seen are worth.
        from sealservice.verification.rendering import Looks  # noqa: PLC0415

        return Looks(self.data)

    @cached_property
    def lies_ready(self) -> tuple[str, ...]:
        """Return the keys of what lies ready in it and is not shown (``prepared``)."""
        found = {
            "objects_prepared": lambda: has_prepared_objects(self.reader, self.data),
            "unsigned_picture": lambda: bool(unsigned_pictures(self.reader)),
        }
        return tuple(key for key, is_there in found.items() if _foreseen(is_there))

    @property
    def has_hybrid_references(self) -> bool:
        """Return whether old and new readers may see different objects (ISO 32000-2 7.5.8.4)."""
        return bool(self.reader.xrefs.hybrid_xrefs_present)

    @property
    def revisions(self) -> int:
        """Return the number of revisions; a linearised file's two sections are one."""
        starts = self._section_starts()
        return 1 + sum(later > earlier for earlier, later in pairwise(starts))

    @property
    def has_trailing_data(self) -> bool:
        """Return whether bytes follow the last revision that belong to none."""
        marks = self.data.rfind(_END)
        if self.data[marks + len(_END) :].strip(_BLANK):
            return True
        return self.data.count(_END, self._last_section_end()) > 1

    def last_section_before(self, end: int, section: int) -> int:
        """Return the last section of the revision that ends at a byte, of which one is known.

        The sections of a linearised file are read in the order of their chain, in which the one
        that stands first in the file is the later one (ISO 32000-2 annex F).
        """
        starts = self._section_starts()
        last = section
        while last + 1 < len(starts) and starts[last + 1] < min(starts[last], end):
            last += 1
        return last

    def _section_starts(self) -> list[int]:
        xrefs = self.reader.xrefs
        sections = range(xrefs.total_revisions)
        return [xrefs.get_xref_container_info(number).start_location for number in sections]

    def _last_section_end(self) -> int:
        sections = map(self.reader.xrefs.get_xref_container_info, range(self.sections))
        return max(int(section.end_location) for section in sections)

    @property
    def sections(self) -> int:
        """Return the number of cross-reference sections, which is how revisions are numbered."""
        return int(self.reader.xrefs.total_revisions)


def _foreseen(look: Callable[[], bool]) -> bool:
    """Return what a look finds; what cannot be looked at is told by others."""
    try:
        return look()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: the library raises nearly anything
        return False


def open_document(data: bytes, most_pages: int) -> Document:
    """Open a PDF.

    Raises:
        DocumentEmpty: there are no bytes.
        NotPdf: it is something else.
        DocumentEncrypted: it needs a password.
        DocumentTooLong: it has more than ``most_pages`` pages.
        DocumentBroken: its structure cannot be followed.
    """
    if not data:
        raise DocumentEmpty
    if not _HEADER.match(data):
        raise NotPdf
    reader, is_doubled = _reader(data)
    _unlock(reader)
    try:
        pages = list(_pages(reader, most_pages))
    except DocumentTooLong:
        raise
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - on broken input the library raises nearly anything
        raise DocumentBroken from None
    return Document(data, reader, pages, has_doubled_keys=is_doubled)


def _reader(data: bytes) -> tuple[PdfFileReader, bool]:
    """Return a reader, and whether a trailer or the catalog gives a key twice."""
    is_doubled = False
    for strict in (True, False):
        try:
            reader = PdfFileReader(io.BytesIO(data), strict=strict)
            _ = reader.root
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - as above; the second try is the lenient one
            is_doubled = is_doubled or DOUBLED in str(error)
        else:
            return reader, is_doubled
    raise DocumentBroken


def _unlock(reader: PdfFileReader) -> None:
    try:
        if not reader.encrypted:
            return
        status = reader.decrypt("").status
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above; a handler we do not know counts as locked
        raise DocumentEncrypted from None
    if status is AuthStatus.FAILED:
        raise DocumentEncrypted


def _pages(reader: PdfFileReader, most_pages: int) -> Iterator[generic.Reference]:
    waiting = [reader.root.raw_get("/Pages").reference]
    seen: set[generic.Reference] = set()
    count = 0
    while waiting:
        reference = waiting.pop()
        if reference in seen:
            raise DocumentBroken
        seen.add(reference)
        node = reader.get_object(reference)
        if "/Kids" in node:
            waiting.extend(kid.reference for kid in reversed(node["/Kids"]))
            continue
        count += 1
        if count > most_pages:
            raise DocumentTooLong(limit=most_pages)
        yield reference
