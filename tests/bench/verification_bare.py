"""pyHanko's bare validation of files, as a program: ROOT.pem FILE..."""

import logging
import sys
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext


def main() -> None:
    """Validate every signature of every file."""
    logging.disable(logging.CRITICAL)
    root = load_cert_from_pemder(sys.argv[1])
    for name in sys.argv[2:]:
        with Path(name).open("rb") as file:
            reader = PdfFileReader(file)
            for embedded in reader.embedded_regular_signatures:
                validate_pdf_signature(embedded, ValidationContext(trust_roots=[root]))
            for embedded in reader.embedded_timestamp_signatures:
                validate_pdf_timestamp(embedded, ValidationContext(trust_roots=[root]))


if __name__ == "__main__":
    main()
