"""Imports of licenses by the API: taken in, shown, refused whole, refused row by row."""

import httpx
import pytest

from tests.api.conftest import Caller
from tests.licenses.faces import csv_of, face
from tests.world_edges import EdgeWorld


def _send(ours: Caller, data: bytes, kind: str = "text/csv") -> httpx.Response:
    return ours.client.post(
        "/api/v1/license-imports?filename=a.csv",
        content=data,
        headers={
            "Authorization": f"Bearer {ours.key}",
            "Content-Type": kind,
            "Idempotency-Key": str(hash(data)),
        },
    )


def test_a_file_is_taken_in_and_its_rows_told(world: EdgeWorld, ours: Caller) -> None:
    """202 at once; when it is done the counts and each refused row stand there."""
    begun = _send(ours, csv_of([face(1), {**face(2), "name": ""}]))
    assert (begun.status_code, begun.json()["done"]) == (202, 0)
    again = _send(ours, csv_of([face(1), {**face(2), "name": ""}]))
    assert again.json() == begun.json()
    import_id = begun.json()["id"]
    world.imports.run(import_id)
    shown = ours.get(f"/license-imports/{import_id}").json()
    assert (shown["registered"], shown["failed"], shown["done"]) == (1, 1, 2)
    (row,) = ours.get(f"/license-imports/{import_id}/failures").json()["data"]
    assert (row["row"], row["refusal"]["code"]) == (3, "face_invalid")
    assert ours.get("/license-imports").json()["data"] == [shown]


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"", "text/csv", 422, "import_empty"),
        (b"uscc,\xff\xff\x00", "text/csv", 422, "import_not_text"),
        (b"a,b\n1,2", "text/csv", 422, "import_columns_unknown"),
        (b"[{", "application/json", 422, "import_malformed"),
        (b"uscc\n1", "application/pdf", 415, "media_type_unsupported"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(
    world: EdgeWorld, ours: Caller, data: bytes, kind: str, status: int, code: str
) -> None:
    """Nothing is taken in, and the problem says which."""
    answer = _send(ours, data, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert world.imports.imports.unfinished() == []
