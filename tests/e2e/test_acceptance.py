"""What the demonstration leaves behind, as a bank, an archivist and an attacker would try it."""

import contextlib
import io
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from minio.error import S3Error

from sealservice.bootstrap.processes import web_running
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import s3_client
from sealservice.infra.stores import RECORDS
from tests import oracles
from tests.command_line import PROGRAM
from tests.e2e.demonstrated import Demonstrated
from tests.witnesses import witness

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

CHECKOUT = Path(__file__).resolve().parents[2]
STEPS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def url(demonstrated: Demonstrated) -> Iterator[str]:
    """Serve the demonstration's pages and API."""
    with web_running(demonstrated.installation):
        yield demonstrated.installation.public_url


def test_other_peoples_tools_accept_the_sealed_form(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """Openssl (signature and both time stamps), poppler, qpdf and a PDF/A checker agree."""
    path, root = Path(demonstrated.facts["sealed_pdf"]), demonstrated.facts["root_certificate"]
    pdf = path.read_bytes()
    assert oracles.openssl_accepts(pdf, Path(root), tmp_path) == 3
    assert oracles.pdfsig_says(path)[0] == "Signature is Valid."
    oracles.qpdf_is_content(path)
    assert oracles.pdf_a_failures(pdf) == set()


def test_whatever_happens_to_its_key_a_record_gives_back_its_bytes(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """The version cannot be deleted; a PUT or DELETE on the key changes nothing that is fetched."""
    facts, fetched = demonstrated.facts, tmp_path / "fetched.pdf"
    key, version = facts["object_key"], facts["version_id"]
    archived = Path(facts["sealed_pdf"]).read_bytes()
    client = s3_client(demonstrated.installation.accounts[ProcessKind.SIGNER])
    with pytest.raises(S3Error, match=r"Access ?Denied"):
        client.remove_object(RECORDS, key, version_id=version)
    client.put_object(RECORDS, key, io.BytesIO(b"another"), 7)
    with contextlib.suppress(S3Error):  # refused, or a delete marker: both are fine
        client.remove_object(RECORDS, key)
    assert demonstrated.call("record", "fetch", facts["record_id"], fetched).status == 0
    assert fetched.read_bytes() == archived


def test_openssl_gets_a_time_stamp_over_http(
    demonstrated: Demonstrated, url: str, tmp_path: Path
) -> None:
    """Openssl ts -query, curl, openssl ts -verify, against the running authority."""
    query, reply = tmp_path / "query.tsq", tmp_path / "reply.tsr"
    data = demonstrated.facts["form_pdf"]
    witness("openssl", "ts", "-query", "-data", data, "-sha256", "-cert", "-out", str(query))
    header = "Content-Type: application/timestamp-query"
    witness(
        *("curl", "-sS", "--fail", "-H", header, "--data-binary", f"@{query}"),
        *("-o", str(reply), f"{url}/tsa"),
    )
    root = demonstrated.facts["root_certificate"]
    told = witness("openssl", "ts", "-verify", "-data", data, "-in", str(reply), "-CAfile", root)
    assert "OK" in told


def test_openssl_learns_the_seals_status_from_its_certificate(
    demonstrated: Demonstrated, url: str, tmp_path: Path
) -> None:
    """The addresses in the certificate answer: issuer, OCSP responder, revocation list."""
    pdf = Path(demonstrated.facts["sealed_pdf"]).read_bytes()
    held = oracles.cut_out(pdf)[0].signed_data["certificates"]
    (seal,) = (x509.load_der_x509_certificate(c.chosen.dump()) for c in held if not c.chosen.ca)
    access = seal.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    places = {a.access_method._name: a.access_location.value for a in access}
    assert all(place.startswith(url) for place in places.values())
    issuer, leaf = tmp_path / "issuer.cer", tmp_path / "seal.pem"
    leaf.write_bytes(seal.public_bytes(Encoding.PEM))
    witness("curl", "-sS", "--fail", "-o", str(issuer), places["caIssuers"])
    told = witness(
        *("openssl", "ocsp", "-issuer", str(issuer), "-cert", str(leaf)),
        *("-url", places["OCSP"], "-CAfile", demonstrated.facts["root_certificate"]),
    )
    assert f"{leaf}: good" in told


def test_the_walk_through_the_api_works_as_it_stands_in_the_docs(
    demonstrated: Demonstrated, url: str, tmp_path: Path
) -> None:
    """Every command of docs/api.md, one after the other; the last one says valid."""
    page = (CHECKOUT / "docs" / "api.md").read_text("utf-8")
    (tmp_path / "templates").symlink_to(CHECKOUT / "templates")
    environment = {
        **os.environ,
        "HOME_DIR": str(demonstrated.home),
        "URL": url,
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "".join(STEPS.findall(page))],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=240,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "valid"
