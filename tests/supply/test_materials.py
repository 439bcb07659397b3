"""Licenses: all are known, all fit, nothing inside a wheel goes unnoticed."""

import pytest

from tests.supply import dependencies
from tests.supply.judges import named_artifacts, unlisted
from tests.supply.materials import (
    PARTS,
    ROOT,
    LicenseUnknownError,
    Material,
    Part,
    is_compatible,
    locked_packages,
    materials,
    shared_libraries,
)


@pytest.mark.parametrize("one", materials(), ids=lambda one: f"{one.origin}/{one.name}")
def test_license_is_compatible(one: Material) -> None:
    """Every single thing that we use may be used by software under Apache-2.0."""
    assert is_compatible(one.license)


def test_incompatible_and_unknown_licenses_are_told_apart() -> None:
    """GPL and AGPL are refused, an alternative is enough, a made-up word is an error."""
    assert not is_compatible("AGPL-3.0-only")
    assert not is_compatible("MIT AND GPL-3.0-only")
    assert is_compatible("GPL-3.0-only OR MIT")
    with pytest.raises(LicenseUnknownError):
        is_compatible("Proprietary-Whatever")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.package}/{part.name}")
def test_part_is_where_it_is_said_to_be(part: Part) -> None:
    """A part that its package no longer holds must leave the list."""
    assert part.files()


def test_every_shared_library_of_a_wheel_is_listed() -> None:
    """A library that a new version of a wheel brings along is noticed."""
    known = {file for part in PARTS for file in part.files()}
    found = list(shared_libraries())
    assert len(found) > 20
    assert [library for library in found if library[1] not in known] == []


def test_every_judge_is_listed() -> None:
    """Whatever our pom.xml names has its license among those that only tests use."""
    assert len(named_artifacts()) > 8
    assert unlisted(named_artifacts()) == []
    assert unlisted(["dss-pades", "something-else"]) == ["something-else"]


def test_page_is_up_to_date() -> None:
    """docs/dependencies.md says what is locked; `make dependencies` writes it anew."""
    assert (ROOT / "docs/dependencies.md").read_text("utf-8") == dependencies.page()
    assert len(locked_packages()) > 50
