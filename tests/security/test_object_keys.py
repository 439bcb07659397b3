"""SECURITY 25: no name that a caller gives has any part in the place where bytes are kept."""

import io
import re
from typing import Any

import pikepdf
import pytest

from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import s3_client
from sealservice.infra.stores import DOCUMENTS, RECORDS
from tests.security.served import House

pytestmark = [pytest.mark.engines, pytest.mark.security]

NAMES = (
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/shadow",
    "a\x00.pdf",
    "%2e%2e%2f%2e%2e%2froot.pdf",
    "..%2f..%2f..%2fx.pdf",
    "．．／．．／全角.pdf",
    "\u202efdp.exe",
    "e\u0301\u0000\u200b.pdf",
    "x" * 500,
    "org_00000000000000000000000000/sources/x.pdf",
    "'; DROP TABLE documents; --.pdf",
    "${jndi:ldap://127.0.0.1/a}.pdf",
    "CON.pdf",
    ".",
    "",
)
DOCUMENT_KEY = re.compile(r"org_[0-9a-z]{26}/(sources/[0-9a-f]{64}\.pdf|tails/[0-9a-z_./-]+)")
RECORD_KEY = re.compile(r"org_[0-9a-z]{26}/ord_[0-9a-z]{26}\.pdf")


def _keys(house: House, bucket: str) -> set[str]:
    client = s3_client(house.installation.accounts[ProcessKind.ADMIN])
    return {str(found.object_name) for found in client.list_objects(bucket, recursive=True)}


def _form(house: House, number: int) -> bytes:
    """Return the form with something in it that makes its digest its own."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(house.form)) as pdf:
        pdf.docinfo["/Number"] = str(number)
        pdf.save(out)
    return out.getvalue()


def _upload(house: House, pdf: bytes, name: str, number: int, way: str) -> dict[str, Any]:
    caller = house.ours.caller
    headers = {"Authorization": f"Bearer {caller.key}", "Idempotency-Key": f"name-{number}-{way}"}
    sent: dict[str, Any] = {"files": {"file": (name or "x", pdf, "application/pdf")}}
    if way == "query":
        sent = {"params": {"filename": name}, "content": pdf}
        headers["Content-Type"] = "application/pdf"
    answer = caller.client.post("/api/v1/documents", headers=headers, **sent)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.mark.parametrize("way", ["query", "form"])
def test_places_are_made_of_ids_and_digests(house: House, way: str) -> None:
    """Whatever its name, a document lies under its organisation and its own digest."""
    before = _keys(house, DOCUMENTS)
    made = set()
    for number, name in enumerate(NAMES):
        shown = _upload(house, _form(house, number), name, number, way)
        document = house.at_hand.orders.document(house.ours.actor, shown["id"])
        organisation_id = house.ours.actor.organisation_id
        assert document.object_key == f"{organisation_id}/sources/{document.sha256}.pdf"
        assert not set("/\\\x00") & set(shown["filename"])
        assert shown["filename"].isprintable()
        made.add(document.object_key)
    assert _keys(house, DOCUMENTS) - before <= made
    assert made <= _keys(house, DOCUMENTS)


def test_every_key_has_the_one_shape(house: House) -> None:
    """After everything else that ran here no bucket holds a key of another shape."""
    documents, records = _keys(house, DOCUMENTS), _keys(house, RECORDS)
    assert documents
    assert records
    assert [key for key in documents if not DOCUMENT_KEY.fullmatch(key)] == []
    assert [key for key in records if not RECORD_KEY.fullmatch(key)] == []


@pytest.mark.parametrize("odd", ["..%2f..%2f", "%00", "%2e%2e", "a%2fb", "%e2%80%ae", "%ff"])
def test_addresses_reach_no_other_object(house: House, odd: str) -> None:
    """An id with a path in it is an unknown id, of the API and of the pages."""
    for path in (f"/records/{odd}", f"/records/{odd}/file", f"/documents/{odd}"):
        assert house.ours.caller.get(path).status_code == 404
    for path in (f"/static/{odd}", f"/static/{odd}..%2fapp.py", f"/ca/{odd}.cer"):
        assert house.ours.caller.client.get(path).status_code in {404, 422}
