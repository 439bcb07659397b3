"""What ``make interop`` fetches to judge our files: never shipped, never installed beside us."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POM: Final = Path(__file__).resolve().parents[1] / "interop" / "dss" / "pom.xml"
_DEPENDENCY: Final = re.compile(
    r"<dependency>\s*<groupId>.*?</groupId>\s*<artifactId>(.*?)</artifactId>"
    r"\s*<version>(.*?)</version>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Judge:
    """A project of others, and the artifacts of it that Maven fetches."""

    name: str
    license: str
    artifacts: str
    """Pattern of the names of its artifacts."""

    def has(self, artifact: str) -> bool:
        """Return whether an artifact's name, without its version, is the project's."""
        return re.fullmatch(self.artifacts, artifact) is not None


JUDGES: Final = (
    Judge("EU Digital Signature Service (DSS)", "LGPL-2.1-only", r"dss-.+|specs-.+"),
    Judge(
        "veraPDF",
        "MPL-2.0 (its alternative to GPL-3.0)",
        "validation-model|core|feature-reporting|metadata-fixer|parser|pdf-model",
    ),
    Judge("veraPDF XMP core", "BSD-3-Clause", "verapdf-xmp-core"),
    Judge("Apache PDFBox", "Apache-2.0", r"pdfbox(-io)?|fontbox"),
    Judge("Bouncy Castle", "MIT", r"bc(prov|pkix|util)-jdk18on"),
    Judge("Jackson", "Apache-2.0", r"jackson-.+"),
    Judge("Apache Commons", "Apache-2.0", r"commons-.+"),
    Judge(
        "JAXB, Jakarta Activation, TXW2, istack",
        "BSD-3-Clause (EDL 1.0)",
        r"jaxb-(runtime|impl|core)|jakarta\..+|txw2|istack-.+",
    ),
    Judge("Java Activation, JAXB API", "CDDL-1.1", r"javax\.activation-api|jaxb-api"),
    Judge("Rhino", "MPL-2.0", "rhino"),
    Judge("SLF4J", "MIT", r"slf4j-.+"),
    Judge("StAX Utils", "BSD-3-Clause", "stax-utils"),
)
"""Read by hand from the artifacts' own descriptions."""


def named_artifacts() -> list[str]:
    """Return the artifacts that our own ``pom.xml`` names; they bring the others."""
    return [artifact for artifact, _ in _DEPENDENCY.findall(POM.read_text("utf-8"))]


def unlisted(artifacts: Iterable[str]) -> list[str]:
    """Return the artifacts of which no license is known here, or two."""
    return [name for name in artifacts if sum(judge.has(name) for judge in JUDGES) != 1]
