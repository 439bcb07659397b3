"""``sealservice seal gallery``: whole or not at all, and what the documentation shows."""

import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import pytest
from PIL import Image

from sealservice.cli.errors import OutputUnwritable
from sealservice.cli.folders import output_folder
from sealservice.seals.artwork import draw
from sealservice.seals.design import designs, load_design
from sealservice.seals.errors import TextTooLong
from sealservice.seals.gallery import DPI, Picture
from sealservice.seals.measures import SealDesign
from tests.command_line import call, call_here, speaks_both
from tests.seals.drawings import full

DOCS = Path(__file__).parents[2] / "docs"
LIMIT_BYTES = 400_000
CANNOT_WRITE = 73
COLUMNS = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have the program make a gallery."""
    out = tmp_path_factory.mktemp("gallery") / "图集"
    ended = call("--json", "seal", "gallery", out)
    assert ended.status == 0, ended.err
    assert ended.value["designs"] == len(designs())
    assert ended.value["pictures"] == len(list(out.glob("*.png")))
    return out


def test_documentation_shows_what_the_command_draws(made: Path) -> None:
    """Every file of docs/images/seals is what the program makes today, byte for byte."""
    kept = DOCS / "images" / "seals"
    assert _files(made) == _files(kept), f"rm -r {kept}; sealservice seal gallery {kept}"
    assert sum(map(len, _files(kept).values())) < LIMIT_BYTES
    assert [entry.name for entry in made.parent.iterdir()] == [made.name]


def test_index_shows_every_picture_in_both_languages(made: Path) -> None:
    """The page names each design in Chinese and English, and shows each picture at its size."""
    index = (made / "index.html").read_text("utf-8")
    shown = dict(re.findall(r'<img src="([^"]+)" alt="[^"]+" width="(\d+)"', index))
    assert set(shown) == {file.name for file in made.glob("*.png")}
    for design in map(load_design, designs()):
        assert f"<h2>{design.label.zh} / <span" in index
        millimetres = int(shown[f"{design.id}.png"]) * 25.4 / 96
        assert millimetres == pytest.approx(design.outline.width, abs=0.2)


def test_pictures_are_in_the_ink_they_say(made: Path) -> None:
    """Red, blue and black pictures have pure ink and pure white, at twice a screen's points."""
    for name, ink in (("", (214, 18, 23)), ("-blue", (23, 51, 168)), ("-black", (26, 26, 26))):
        with Image.open(made / f"official{name}.png") as picture:
            assert picture.width == ceil(40 / 25.4 * DPI)
            colours = {colour for _, colour in picture.convert("RGB").getcolors() or []}
        assert {ink, (255, 255, 255)} < colours


@pytest.mark.parametrize("name", ["full", "file", "missing/gallery", "file/gallery", "x" * 300])
def test_a_bad_out_is_refused(tmp_path: Path, name: str) -> None:
    """A folder with something in it, a file, no folder above: refused before drawing, all kept."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    ended = call_here("seal", "gallery", tmp_path / name)
    assert ended.status == CANNOT_WRITE
    speaks_both(ended)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "full"]
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


def test_nothing_is_left_of_half_a_gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, or somebody stops it, there is neither a folder nor litter."""
    for reason in (OSError(28, "No space left on device"), KeyboardInterrupt()):
        monkeypatch.setattr(Picture, "png", _failing(reason))
        ended = call_here("seal", "gallery", tmp_path / "gallery")
        assert ended.status in {CANNOT_WRITE, 130}
        assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_taken_and_a_rival_kept(tmp_path: Path) -> None:
    """An empty folder becomes the output; one that was filled meanwhile stays as it is."""
    (tmp_path / "empty").mkdir()
    with output_folder(tmp_path / "empty") as part:
        (part / "a.png").write_bytes(b"a")
    assert (tmp_path / "empty" / "a.png").read_bytes() == b"a"
    with pytest.raises(OutputUnwritable), output_folder(tmp_path / "raced"):
        (tmp_path / "raced" / "other").mkdir(parents=True)
    assert [file.name for file in (tmp_path / "raced").iterdir()] == ["other"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["empty", "raced"]


def test_documentation_tells_of_every_design() -> None:
    """Its table has each design's names, size and longest name; each has a picture."""
    page = (DOCS / "seals.md").read_text("utf-8")
    rows = [
        row.split(" | ")
        for row in page.splitlines()
        if row.startswith("| `") and row.count(" | ") == COLUMNS - 1
    ]
    told = {row[0].strip("| `"): row[1:4] for row in rows}
    assert set(told) == set(designs())
    for design in map(load_design, designs()):
        size = f"{design.outline.width:g} × {design.outline.height:g}"
        assert told[design.id] == [
            f"{design.label.zh} / {design.label.en}",
            size,
            str(_greatest(design)),
        ]
        assert f'src="images/seals/{design.id}.png"' in page
    for picture in _pictures_of(page):
        assert (DOCS / picture).is_file(), picture


def _failing(reason: BaseException) -> object:
    def png(_: Picture) -> bytes:
        raise reason

    return png


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _pictures_of(page: str) -> Iterator[str]:
    yield from re.findall(r'src="([^"]+)"', page)


def _greatest(design: SealDesign) -> int:
    """Return how many ideographs a name has at most, with every other text on the seal."""
    with pytest.raises(TextTooLong) as refusal:
        draw(design, full(design, "示" * 99))
    greatest = refusal.value.fields["greatest"]
    assert isinstance(greatest, int)
    return greatest
