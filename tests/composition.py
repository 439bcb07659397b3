"""``docker/compose.yaml`` as Compose reads it: merged, with variables filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).resolve().parent.parent / "docker"
FILE: Final = FOLDER / "compose.yaml"
VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")


def composition(**variables: str) -> dict[str, Any]:
    """Return the whole file; a variable without value or default is an error, as in Compose."""

    def value(found: re.Match[str]) -> str:
        if found["name"] in variables:
            return variables[found["name"]]
        if found["kind"] != ":-":
            raise KeyError(found["name"])
        return found["rest"]

    read: dict[str, Any] = yaml.safe_load(VARIABLE.sub(value, FILE.read_text("utf-8")))
    return read


def services() -> dict[str, Mapping[str, Any]]:
    """Return all services by name, whatever their profile."""
    named: dict[str, Mapping[str, Any]] = composition(SEALSERVICE_PUBLIC_URL="http://seal.test")[
        "services"
    ]
    return named


def image_environment() -> dict[str, str]:
    """Return what the image sets for our program."""
    text = (FOLDER / "Dockerfile").read_text("utf-8")
    return dict(re.findall(r"(SEALSERVICE_\w+)=(\S+)", text))
