"""``/augmentations``: what is refused; what is made is in tests/sealing/test_augmentation.py."""

from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld, bearer
from tests.world_verification import blank_pdf

PDF = {"Content-Type": "application/pdf"}


def test_every_refusal_is_a_problem_with_a_code(
    world: EdgeWorld, ours: Caller, client: EdgeClient
) -> None:
    """Nothing signed, a level that is reached or none, an authority that is away, no key."""

    def asked(pdf: bytes, level: str) -> tuple[int, str]:
        path = f"/api/v1/augmentations?level={level}"
        answer = client.post(path, content=pdf, headers={**PDF, **bearer(ours.key)})
        return answer.status_code, answer.json()["code"]

    signed = world.signed.sign(blank_pdf())
    assert asked(blank_pdf(), "B-LTA") == (422, "nothing_signed")
    assert asked(signed, "B-B") == (422, "level_unfit")
    assert asked(world.signed.archival(blank_pdf()), "B-T") == (409, "level_reached")
    assert asked(signed, "B-T") == (503, "service_unavailable")
    assert asked(signed, "B-X")[0] == 422
    assert client.post("/api/v1/augmentations", content=signed, headers=PDF).status_code == 401
