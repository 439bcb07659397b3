"""From a license to an approved order, and from a record to its bytes, as a program does it."""

import base64
import hashlib

import pytest

from sealservice.kernel.json import canonical
from sealservice.sealing.model import OrderState
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.matters.test_form import MATTER, sample_answers
from tests.world_edges import EdgeWorld
from tests.world_licenses import sample_face
from tests.world_verification import blank_pdf


def test_form_is_filled_ordered_and_approved(world: EdgeWorld, ours: Caller) -> None:
    """Register, fill, order, approve: each answer holds what the next step needs."""
    license_ = ours.post("/licenses", sample_face()).json()
    seal = world.seal(world.ours)
    assert ours.get(f"/seals/{seal.id}").json()["state"] == "active"
    wanted = {"license_id": license_["id"], "fields": sample_answers()}
    form = ours.post(f"/matters/{MATTER}/forms", wanted)
    assert form.status_code == 201, form.text
    matter = ours.get("/matters").json()["data"][0]
    placement = {"type": "keyword", "text": matter["seal_keyword"]}
    order = ours.post(
        "/sealing-orders",
        {
            "document_id": form.json()["id"],
            "seals": [{"seal_id": seal.id, "placements": [placement]}],
            "level": "B-LT",
            "purpose": "银行开户",
        },
    )
    assert order.status_code == 201, order.text
    shown = order.json()
    assert (shown["state"], shown["level"], shown["purpose"]) == ("pending", "B-LT", "银行开户")
    challenge = base64.b64decode(shown["challenge"])
    assert challenge == hashlib.sha256(b"eseal-intent-v1\0" + canonical(shown["intent"])).digest()
    approved = ours.post(
        f"/sealing-orders/{shown['id']}/approvals",
        {
            "kind": "demonstration",
            "holder_id": world.holder(world.ours).id,
            "signature": base64.b64encode(world.approval(challenge)).decode(),
        },
    )
    assert approved.status_code == 201, approved.text
    assert world.orders.assertion(shown["id"]) is not None


@pytest.mark.security
def test_foreign_signature_approves_nothing(world: EdgeWorld, ours: Caller) -> None:
    """A signature over another challenge is refused, and the order stays pending."""
    seal = world.seal(world.ours)
    document = ours.upload(blank_pdf()).json()
    placement = {"type": "coordinate", "pages": "-1", "x": 60, "y": 60}
    seals = [{"seal_id": seal.id, "placements": [placement]}]
    body = {"document_id": document["id"], "seals": seals}
    order = ours.post("/sealing-orders", body).json()
    signature = base64.b64encode(world.approval(b"another" * 4)).decode()
    holder = world.holder(world.ours).id
    answer = ours.post(
        f"/sealing-orders/{order['id']}/approvals",
        {"kind": "demonstration", "holder_id": holder, "signature": signature},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "approval_invalid")
    assert world.orders.rows[order["id"]].state is OrderState.PENDING
    assert world.orders.assertions == {}


def test_name_of_an_upload_is_made_safe(ours: Caller) -> None:
    """Folders and letters that do not print are dropped from a file's name."""
    answer = ours.upload(blank_pdf(), "C:\\temp\\..\\../合同\u202efdp.exe\r\n.pdf")
    assert answer.json()["filename"] == "合同fdp.exe.pdf"


def test_record_gives_its_bytes(world: EdgeWorld, ours: Caller) -> None:
    """The file of a record is the archived bytes, with their digest and a safe name."""
    pdf = world.signed.sign(blank_pdf())
    record = world.record(world.ours, pdf, '开户"申请".pdf')
    shown = ours.get(f"/records/{record.id}").json()
    assert shown["report"]["verdict"] == shown["verdict"] == "unconfirmed"
    fetched = ours.get(f"/records/{record.id}/file")
    assert fetched.content == pdf
    digest = base64.b64encode(hashlib.sha256(pdf).digest()).decode()
    assert fetched.headers["repr-digest"] == f"sha-256=:{digest}:"
    disposition = fetched.headers["content-disposition"]
    assert disposition.endswith("filename*=UTF-8''%E5%BC%80%E6%88%B7%22%E7%94%B3%E8%AF%B7%22.pdf")
    assert disposition.isascii()


@pytest.mark.parametrize(
    ("make", "verdict"),
    [
        (lambda world: world.signed.archival(blank_pdf()), "valid"),
        (lambda world: world.signed.sign(blank_pdf()), "unconfirmed"),
        (lambda _: blank_pdf(), "unsigned"),
        (lambda _: b"", "unreadable"),
        (lambda _: b"not a PDF", "unreadable"),
    ],
)
def test_anybody_may_verify(world: EdgeWorld, client: EdgeClient, make, verdict: str) -> None:  # noqa: ANN001
    """Every file gets a report, 200, without a key; raw and in a form it is the same verdict."""
    pdf = make(world)
    raw = client.post(
        "/api/v1/verifications", content=pdf, headers={"Content-Type": "application/pdf"}
    )
    form = client.post("/api/v1/verifications", files={"file": ("a.pdf", pdf, "application/pdf")})
    assert (raw.status_code, raw.json()["verdict"]) == (200, verdict)
    assert (form.status_code, form.json()["verdict"]) == (200, verdict)
    assert form.json()["document"]["filename"] == "a.pdf"


def test_lists_are_paged(world: EdgeWorld, ours: Caller) -> None:
    """Following the cursor, or the link, gives every record once, newest first."""
    made = [world.record(world.ours).id for _ in range(5)]
    seen: list[str] = []
    path = "/records?limit=2"
    while path:
        answer = ours.get(path)
        seen += [record["id"] for record in answer.json()["data"]]
        link = answer.headers.get("link", "")
        assert ("next" in link) == (answer.json()["next_cursor"] is not None)
        path = link.partition("/api/v1")[2].partition(">")[0]
    assert seen == sorted(made, reverse=True)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=rec_1"])
def test_bad_paging_is_refused(ours: Caller, query: str) -> None:
    """Limits beyond 1 to 100 and cursors that we never gave are named."""
    answer = ours.get(f"/records?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/query/")
