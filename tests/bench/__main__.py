"""Measure, side by side in one run, and print a table: ``make bench``.

Sealing: an order's way from source to B-B (find, prepare, sign, complete) with its visible seal, in
this process, against pyHanko as its documentation shows it (``SimpleSigner``, invisible). Time
stamps: a token of ours against ``openssl ts -reply``. Sandbox: the preparation inside it against
the same outside. Start: the demonstration on a warm home, by the clock.
"""

import hashlib
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sealservice.config import Limits
from sealservice.infra.keys.opened import OpenKey
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.kernel.digests import sha256_hex
from sealservice.sealing.model import KeywordPlacement, Level, Mark, PlacedSeal
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from tests.bench.timing import Comparison, compare, wall_seconds
from tests.sealing.pages import typeset
from tests.world_press import KEYWORD, PressWorld, press_world
from tests.world_trust import PUBLIC_URL, TrustWorld
from tests.world_verification import InProcess

PLANS: Final = {"P-256": "demonstration", "RSA-3072": "demonstration-rsa"}
_TSA_CONFIGURATION: Final = """
[tsa]
default_tsa = unit
[unit]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


def main() -> int:
    """Run every case and print the table."""
    rows: list[Comparison] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, plan in PLANS.items():
            with press_world(plan, InProcess()) as world:
                rows.append(_sealing(name, world))
        with press_world(PLANS["P-256"], InProcess()) as world:
            rows += [_time_stamps(world.trust, Path(folder)), _sandbox(world)]
        print("| case | ours, ms CPU | rival, ms CPU | rival / ours |\n|---|---|---|---|")
        print("\n".join(row.row() for row in rows))
        for line in _starts(Path(folder) / "home"):
            print(line)
    return 0


def _sealing(name: str, world: PressWorld) -> Comparison:
    source = typeset()
    shipped = _simple_signer(world)

    def rival() -> None:
        metadata = signers.PdfSignatureMetadata(
            field_name="Signature1", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(source)), metadata, signer=shipped)

    case = f"B-B {name}: ours / pyHanko SimpleSigner"
    return compare(case, lambda: world.seal(source, Level.B_B), rival)


def _simple_signer(world: PressWorld) -> signers.SimpleSigner:
    registered = world.trust.certificates.by_sha256(sha256_hex(world.die.certificate))
    opened = world.trust.keys.opened[registered.key_id if registered else ""]
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(world.die.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(_pkcs8(opened, Encoding.DER)),
        cert_registry=SimpleCertificateStore(),
    )


def _time_stamps(trust: TrustWorld, folder: Path) -> Comparison:
    authority = trust.timestamps()
    query = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": hashlib.sha256(PUBLIC_URL.encode()).digest(),
            },
            "cert_req": True,
        }
    ).dump()
    command = _openssl_ts(trust, query, folder)
    return compare(
        "time stamp P-256: ours / openssl ts -reply",
        lambda: authority.respond(query),
        lambda: subprocess.run(command, check=True, capture_output=True),
    )


def _openssl_ts(trust: TrustWorld, query: bytes, folder: Path) -> list[str]:
    unit = trust.unit("tsa")
    opened = trust.keys.opened[unit.key_id]
    (folder / "tsa.pem").write_bytes(unit.x509.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(_pkcs8(opened, Encoding.PEM))
    (folder / "serial").write_text("01\n")
    (folder / "query.tsq").write_bytes(query)
    (folder / "tsa.cnf").write_text(_TSA_CONFIGURATION.format(folder=folder))
    names = ["-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
    paths = [str(folder / name) if "." in name else name for name in names]
    return ["openssl", "ts", "-reply", *paths]


def _sandbox(world: PressWorld) -> Comparison:
    source, place, die = typeset(), KeywordPlacement(KEYWORD), world.die
    wanted = PlacedSeal(die.artwork.width_mm, die.artwork.height_mm, (place,))
    marks = (Mark(die, world.inspector.locate(source, (wanted,))[0]),)
    confined = ForkedSandbox(Limits())
    try:
        inside = PyHankoPreparation(confined, Limits())
        outside = PyHankoPreparation(InProcess(), Limits())
        return Comparison(
            "preparation, wall ms: in the sandbox / outside",
            *_wall(
                lambda: inside.prepare(source, marks, utc_now()),
                lambda: outside.prepare(source, marks, utc_now()),
            ),
        )
    finally:
        confined.close()


def _wall(ours: Callable[[], object], rival: Callable[[], object]) -> tuple[float, float, float]:
    ours()
    rival()
    pairs = sorted((wall_seconds(ours) * 1000, wall_seconds(rival) * 1000) for _ in range(15))
    mine, other = pairs[len(pairs) // 2]
    return mine, other, other / mine


def _starts(home: Path) -> Iterator[str]:
    program = str(Path(sys.executable).with_name("sealservice"))
    command = [program, "demo", "--once", "--json", "--home", str(home)]
    for what in ("first run, from nothing", "second run, warm home"):
        seconds = wall_seconds(lambda: subprocess.run(command, check=True, capture_output=True))
        yield f"demonstration, {what}: {seconds:.1f} s"


def _pkcs8(opened: OpenKey, encoding: Encoding) -> bytes:
    return opened.private.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())


if __name__ == "__main__":
    sys.exit(main())
