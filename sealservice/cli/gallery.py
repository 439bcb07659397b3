"""``sealservice seal gallery``: every design as pictures, with a page that shows them all."""

from pathlib import Path
from typing import Annotated, Final

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from sealservice.cli.call import call_of
from sealservice.cli.folders import output_folder
from sealservice.kernel.resources import resource
from sealservice.kernel.text import Text
from sealservice.seals.gallery import Shown, gallery

PAGE: Final = "index.html"
_DRAWING: Final = Text("正在绘制印章…", "Drawing the seals…")


class GalleryMade(BaseModel):
    """Where a gallery is and how much it holds."""

    folder: str
    page: str
    designs: int
    pictures: int


def make_gallery(
    context: typer.Context,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="新文件夹，或空文件夹 / a new folder, or an empty one"),
    ],
) -> None:
    """绘制全部章型的图集 / draw a gallery of all designs."""
    output = call_of(context).output
    with output_folder(out) as folder, output.progress(_DRAWING):
        shown = tuple(gallery())
        pictures = [picture for each in shown for picture in each.pictures]
        for picture in pictures:
            (folder / picture.file).write_bytes(picture.png())
        (folder / PAGE).write_text(page(shown), encoding="utf-8")
    made = GalleryMade(
        folder=str(out), page=str(out / PAGE), designs=len(shown), pictures=len(pictures)
    )
    if output.json:
        output.shown(made)
        return
    zh = f"已绘制 {made.designs} 种章型，共 {made.pictures} 张图。请打开 {made.page} 查看。"
    en = f"{made.pictures} pictures of {made.designs} designs are drawn. Open {made.page}."
    output.say(Text(zh, en))


def page(shown: tuple[Shown, ...]) -> str:
    """Return the page that shows all pictures, in Chinese and English."""
    templates = Environment(
        loader=FileSystemLoader(resource("templates/seals")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("gallery.html").render(gallery=shown)
