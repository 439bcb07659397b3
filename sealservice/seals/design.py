"""Seal designs: measures read from ``templates/seals/*.yaml``, in mm and degrees."""

from dataclasses import dataclass
from typing import Any

import yaml

from sealservice.kernel.resources import resource


@dataclass(frozen=True, slots=True)
class NameArc:
    """Where the name runs clockwise around the top, feet towards the centre."""

    outer_radius: float
    """Of the letters' em boxes, mm."""
    height: float
    """Of an em, mm; long names get smaller letters."""
    smallest_height: float
    span: float
    """From the first letter's left to the last one's right at most, degrees."""
    widest_pitch: float
    """Of one em, degrees."""
    widest: float
    """Width of an em by its height."""
    narrowest: float
    filled: float
    """Share of its pitch that an em fills."""


@dataclass(frozen=True, slots=True)
class CentreLine:
    """A horizontal text, centred left to right."""

    centre: float
    """Height of its middle over the seal's centre, mm."""
    height: float
    width: float
    """At most, mm."""
    widest: float
    narrowest: float


@dataclass(frozen=True, slots=True)
class CodeArc:
    """Where the seal code runs counter-clockwise along the bottom, heads towards the centre."""

    inner_radius: float
    height: float
    span: float
    """At most, degrees."""
    pitch: float
    """Of one letter, degrees."""


@dataclass(frozen=True, slots=True)
class SealDesign:
    """Everything about a round seal except its texts."""

    id: str
    diameter: float
    rim_width: float
    star_diameter: float
    """Of the circle through the star's points, mm."""
    weight: float
    """Width of the stroke around letters, ems."""
    name: NameArc
    line: CentreLine
    code: CodeArc


def designs() -> list[str]:
    """Return the ids of all designs, in order."""
    return sorted(file.stem for file in resource("templates/seals").glob("*.yaml"))


def load_design(design_id: str) -> SealDesign:
    """Read a design that ships with the package, e.g. ``official``."""
    text = resource(f"templates/seals/{design_id}.yaml").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load(text)
    return SealDesign(
        **{
            **values,
            "name": NameArc(**values["name"]),
            "line": CentreLine(**values["line"]),
            "code": CodeArc(**values["code"]),
        }
    )
