"""pyHanko's bare validation of files, as a program without anything of ours in its process.

``ROOT.pem FILE...`` validates every file. ``--measure ROOT.pem OTHER.pem...`` reads names of files,
one a line, and writes for each the CPU milliseconds of one validation, as documented: the root, the
certificates of authorities, no network.
"""

import logging
import sys
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from asn1crypto import x509
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

_SECONDS = 0.3


def bare(data: bytes, root: x509.Certificate, others: Sequence[x509.Certificate] = ()) -> None:
    """Validate every signature and document timestamp."""
    reader = PdfFileReader(BytesIO(data))
    for embedded in reader.embedded_regular_signatures:
        context = ValidationContext(trust_roots=[root], other_certs=list(others))
        validate_pdf_signature(embedded, context)
    for embedded in reader.embedded_timestamp_signatures:
        validate_pdf_timestamp(embedded, ValidationContext(trust_roots=[root]))


def _measure(root: x509.Certificate, others: Sequence[x509.Certificate]) -> None:
    for line in sys.stdin:
        data = Path(line.strip()).read_bytes()
        bare(data, root, others)
        begun, calls = time.process_time(), 0
        while time.process_time() - begun < _SECONDS:
            bare(data, root, others)
            calls += 1
        print((time.process_time() - begun) * 1000 / calls, flush=True)


def main() -> None:
    """Validate files, or measure it."""
    logging.disable(logging.CRITICAL)
    names = sys.argv[1:]
    if names[0] == "--measure":
        root, *others = (load_cert_from_pemder(name) for name in names[1:])
        _measure(root, others)
        return
    root = load_cert_from_pemder(names[0])
    for name in names[1:]:
        bare(Path(name).read_bytes(), root)


if __name__ == "__main__":
    main()
