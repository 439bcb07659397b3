"""The judges themselves: what is excused is excused for its one reason only."""

import io

import pikepdf

from tests.oracles import pdf_a_failures
from tests.sealing.pages import typeset


def with_stream(content: bytes) -> bytes:
    """Return the PDF/A page with one more stream, uncompressed."""
    with pikepdf.open(io.BytesIO(typeset())) as document:
        document.Root.Extra = document.make_stream(content)
        output = io.BytesIO()
        document.save(output, compress_streams=False, fix_metadata_version=False)
        return output.getvalue()


def test_a_stream_that_ends_in_a_carriage_return_is_no_wrong_length() -> None:
    """The checker takes the last byte for a part of the end-of-line; /Length is right."""
    assert "PDFA2B-STREAM-LENGTH-001" not in pdf_a_failures(with_stream(b"content\r"))


def test_a_wrong_length_is_found() -> None:
    """Only that reason excuses: a /Length that is short is a failure."""
    pdf = with_stream(b"0123456789").replace(b"/Length 10 ", b"/Length 7  ")
    assert "PDFA2B-STREAM-LENGTH-001" in pdf_a_failures(pdf)
