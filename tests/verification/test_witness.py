"""Other implementations (poppler's pdfsig, openssl) see the same signatures and digests."""

import re
from pathlib import Path

import pytest

from sealservice.verification.model import SignatureReport
from tests.verification.test_changes import contents_of, overwrite_content
from tests.witnesses import witness
from tests.world_verification import SIGNED, SignedWorld, blank_pdf, update


def witnessed(tmp_path: Path, pdf: bytes) -> list[bool]:
    """Return for each signature whether pdfsig finds it intact."""
    file = tmp_path / "witness.pdf"
    file.write_bytes(pdf)
    said = witness("pdfsig", "-nocert", str(file))
    verdicts = re.findall(r"Signature Validation: (.+)", said)
    return ["Signature is Valid." in verdict for verdict in verdicts]


@pytest.mark.parametrize("kind", ["B-B", "B-LT", "twice", "changed", "flipped"])
def test_pdfsig_agrees(tmp_path: Path, world: SignedWorld, kind: str) -> None:
    """Counts of signatures and digest validity are the same on what we sign and break."""
    pdf = world.sign(blank_pdf(), world.plain_signer)
    if kind == "B-LT":
        pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED))
    elif kind == "twice":
        pdf = world.sign(pdf, world.plain_signer, name="Seal2")
    elif kind == "changed":
        pdf = update(pdf, overwrite_content)
    elif kind == "flipped":
        pdf = pdf.replace(b"\xc2\xa5", b"\xc2\xa6")
    ours = [signature.intact for signature in world.verify(pdf).signatures]
    assert witnessed(tmp_path, pdf) == ours


def test_openssl_agrees_on_timestamps(tmp_path: Path, world: SignedWorld) -> None:
    """A document timestamp that passes here verifies with openssl over the same bytes."""
    pdf = world.archival(blank_pdf())
    stamp = world.verify(pdf).signatures[1]
    (tmp_path / "root.pem").write_bytes(world.root.pem)
    (tmp_path / "token.der").write_bytes(contents_of(pdf, -1))
    (tmp_path / "data").write_bytes(signed_bytes(pdf, stamp))
    names = ("token.der", "data", "root.pem")
    token, data, root = (str(tmp_path / name) for name in names)
    moment = str(int(SIGNED.timestamp()))
    options = ("-in", token, "-token_in", "-data", data, "-CAfile", root, "-attime", moment)
    assert "Verification: OK" in witness("openssl", "ts", "-verify", *options)


def signed_bytes(pdf: bytes, signature: SignatureReport) -> bytes:
    """Return the bytes that a signature covers."""
    start, first, second, last = signature.byte_range
    return pdf[start:first] + pdf[second : second + last]
