"""Look at a picture that somebody brings for a seal, before anything is made of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sealservice.kernel.actor import Actor, Permission
from sealservice.seals.colour import Colour
from sealservice.seals.findings import Imported

ReadPicture = Callable[[bytes, float, Colour], Imported]
"""``read(data, width_mm, colour)`` gives the drawing; it reads in a confined child."""


@dataclass(frozen=True, slots=True)
class SealPictureService:
    """Turns pictures into drawings for whoever may apply for seals; keeps nothing."""

    read: ReadPicture

    def examine(self, actor: Actor, data: bytes, width_mm: float, colour: Colour) -> Imported:
        """Return what a picture becomes at this width, and what was found out about it.

        Args:
            actor: who brings it.
            data: the bytes of the file.
            width_mm: of its ink.
            colour: of the seal.

        Raises:
            PermissionMissing: the actor may not apply for seals.
            Refused: as ``seals.imported.imported_picture``, or it costs too much to read.
        """
        actor.require(Permission.SEALS_WRITE)
        return self.read(data, width_mm, colour)
