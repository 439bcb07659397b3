"""Puts impressions of a seal on pages, as content of them (rules: sealing/page_content.py).

The drawing's name is drawn by lot: a digest of the document could be ground for until it is one of
many names that the document uses. A page whose content is not proven balanced is declined.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sealservice.sealing.model import Impression
from sealservice.sealing.painting import drawn_name, paint
from sealservice.sealing.press.content import require_balanced
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, Node, refer
from sealservice.sealing.press.revision import Revision
from sealservice.sealing.press.syntax import items, reference
from sealservice.seals.artwork import Artwork


@dataclass(slots=True)
class PageContent:
    """What is drawn on the pages of one document with one drawing."""

    draft: Draft
    revision: Revision
    drawn: int
    artwork: Artwork
    is_tagged: bool
    _opening: int | None = field(default=None, init=False)

    def add(self, impressions: tuple[Impression, ...], pages: dict[int, int]) -> None:
        """Put impressions on their pages; ``pages`` has their object numbers.

        Raises:
            Declined: CONTENT, and whatever the reader declines.
        """
        name = drawn_name()
        together: dict[int, list[Impression]] = defaultdict(list)
        for impression in impressions:
            together[impression.box.page].append(impression)
        for index, shown in together.items():
            page = Node(self.draft, pages[index])
            self._draw(page, shown, name)
            self._name_drawing(page, name.encode("ascii"))

    def _draw(self, page: Node, impressions: list[Impression], name: str) -> None:
        operators = b"\n".join(paint(one, self.artwork, name) for one in impressions)
        if self.is_tagged:
            operators = b"/Artifact BMC\n" + operators + b"\nEMC"
        own = self._own_streams(page)
        reader = self.draft.reader
        require_balanced([reader.unpacked(one)[1] for one in own], reader.work)
        if not own:
            page.set(b"/Contents", refer(self._stream(operators + b"\n")))
            return
        if self._opening is None:
            self._opening = self._stream(b"q\n")
        ours = self._stream(b"\nQ\n" + operators + b"\n")
        streams = [self._opening, *own, ours]
        page.set(b"/Contents", b"[%b]" % b" ".join(map(refer, streams)))

    def _own_streams(self, page: Node) -> list[int]:
        """Return the numbers of a page's content streams."""
        held = page.get(b"/Contents")
        if held is None:
            return []
        number = reference(held)
        if number is not None and self.draft.reader.is_stream(number):
            return [number]
        streams = [reference(one) for one in items(self.draft.followed(held), 1)]
        found = [one for one in streams if one is not None]
        if len(found) != len(streams):
            raise Declined(Reason.CONTENT)
        return found

    def _name_drawing(self, page: Node, name: bytes) -> None:
        """Put the drawing among the XObjects of a page's resources, wherever those are kept."""
        holder = self._holder_of_resources(page)
        held = (holder or page).child(b"/Resources").child(b"/XObject")
        held.set(name, refer(self.drawn))

    def _holder_of_resources(self, page: Node) -> Node | None:
        """Return the page, or the node of the page tree, that has its resources."""
        node = page
        for _ in range(self.draft.reader.limits.press_depth):
            if node.get(b"/Resources") is not None:
                return node
            if node.get(b"/Parent") is None:
                break
            node = node.child(b"/Parent")
        return None

    def _stream(self, operators: bytes) -> int:
        return self.revision.add(
            b"<</Length %d>>\nstream\n%b\nendstream" % (len(operators), operators)
        )
