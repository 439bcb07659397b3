"""A seal that exists already, brought as a picture to the command line."""

from contextlib import closing
from pathlib import Path

import pytest

from sealservice.bootstrap.installation import opened
from sealservice.bootstrap.services import services
from sealservice.config import Settings
from sealservice.seals.artwork import DEMONSTRATION_LINE
from sealservice.seals.imported import imported_picture
from tests.command_line import call, speaks_both
from tests.e2e.demonstrated import Demonstrated
from tests.seals.drawings import sample

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]


def test_a_seal_that_exists_is_made_of_its_picture(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """The ink of a picture becomes a seal that is in use; in a demonstration it says so."""
    picture = tmp_path / "seal.png"
    picture.write_bytes(sample("department").png(300))
    make = ("seal", "make", "--license", demonstrated.license_id, "--kind", "department",
            "--text", "档案室", "--picture", picture)  # fmt: skip
    made = demonstrated.call(*make, "--width-mm", "38", "--json").value
    assert (made["state"], made["width_mm"], made["design"]) == ("active", 38, "imported")
    with (
        opened(Settings(home=demonstrated.home)) as installation,
        closing(services(installation)) as at_hand,
    ):
        drawn = at_hand.stores.seals.artwork(made["id"])
    marked = imported_picture(picture.read_bytes(), 38, mark=DEMONSTRATION_LINE).artwork
    assert drawn == marked
    picture.write_bytes(sample("department").png(200))
    again = ("seal", "remake", made["id"], "--reason", "更换章面", "--picture", picture,
             "--reference", "决议〔2026〕3号")  # fmt: skip
    remade = demonstrated.call(*again, "--width-mm", "38")
    assert "分辨率只有" in remade.err
    assert "更换章面 · 决议〔2026〕3号" in demonstrated.call("seal", "history", made["id"]).out
    assert demonstrated.call("seal", "show", made["id"], "--json").value["state"] == "cancelled"
    picture.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    refused = demonstrated.call(*make, "--width-mm", "38")
    assert refused.status == 65
    assert "不支持的内容" in refused.err
    assert speaks_both(refused)
    far_too_wide = demonstrated.call(*make, "--width-mm", "380")
    assert far_too_wide.status == 65
    assert "380" in far_too_wide.err


def test_remaking_takes_a_picture_with_its_width(tmp_path: Path) -> None:
    """One of the two options without the other is misuse, as when a seal is made."""
    ended = call("--home", tmp_path, "seal", "remake", "seal_x", "--reason", "x", "--width-mm", "9")
    assert (ended.status, "seal remake" in ended.err) == (64, True), ended.err


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (["--width-mm", "38"], 64, "--picture 与 --width-mm 必须一起给出"),
        (["--picture", "a.png"], 64, "--picture 与 --width-mm 必须一起给出"),
        (["--picture", "a.png", "--width-mm", "9", "--design", "official"], 64, "--design"),
        (["--picture", "absent.png", "--width-mm", "38"], 65, "absent.png"),
        (["--picture", "/", "--width-mm", "38"], 65, "/"),
        (["--picture", "/dev/zero", "--width-mm", "38"], 65, "10 MiB"),
        (["--picture", "a.png", "--width-mm", "wide"], 64, "--width-mm"),
    ],
)
def test_a_picture_that_cannot_be_taken_is_named(
    options: list[str], status: int, told: str, tmp_path: Path
) -> None:
    """Options that contradict, files that are not there: said before anything is started."""
    ended = call("--home", tmp_path, "seal", "make", "--license", "lic_x", *options)
    assert (ended.status, told in ended.err) == (status, True), ended.err
    assert speaks_both(ended)
    assert list(tmp_path.iterdir()) == []
