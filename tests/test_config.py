"""Settings: secrets that stand in files; limits that differ from ours."""

from dataclasses import replace
from pathlib import Path

import pytest

from sealservice.config import FaceProvider, SecretUnreadable, SettingInvalid, read_settings
from sealservice.limits import Limits

SECRETS = ("database_password", "s3_secret_key", "key_encryption_key")


@pytest.mark.parametrize("name", SECRETS)
def test_secret_is_the_first_line_of_its_file(name: str, tmp_path: Path) -> None:
    """A secret in a file is read without its line's end, and is not shown."""
    file = tmp_path / "secret"
    file.write_bytes(b" kept as it is \r\nsecond line\n")
    settings = read_settings({f"SEALSERVICE_{name.upper()}_FILE": str(file)})
    assert getattr(settings, name) == " kept as it is "
    assert "kept as it is" not in repr(settings)


def test_secret_given_twice_is_refused(tmp_path: Path) -> None:
    """Nobody has to guess which of two secrets counts."""
    file = tmp_path / "secret"
    file.write_text("a")
    environ = {
        "SEALSERVICE_DATABASE_PASSWORD": "b",
        "SEALSERVICE_DATABASE_PASSWORD_FILE": str(file),
    }
    with pytest.raises(SettingInvalid, match="SEALSERVICE_DATABASE_PASSWORD_FILE"):
        read_settings(environ)


@pytest.mark.parametrize("content", [None, b"", b"\nsecond line", b"\xff"])
def test_file_without_a_secret_is_named(content: bytes | None, tmp_path: Path) -> None:
    """A file that is missing, empty or no text is refused by name, never taken for no password."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SecretUnreadable, match=str(file)):
        read_settings({"SEALSERVICE_S3_SECRET_KEY_FILE": str(file)})


def test_limits_that_are_named_differ_and_others_do_not() -> None:
    """One variable changes some limits; whole numbers do for seconds, too."""
    settings = read_settings({"SEALSERVICE_LIMITS": '{"http_seconds": 3, "approval_minutes": 7}'})
    assert settings.limits == replace(Limits(), http_seconds=3, approval_minutes=7)


@pytest.mark.parametrize(
    "given",
    [
        "no JSON",
        "[]",
        '{"unheard_of": 1}',
        '{"approval_minutes": 0}',
        '{"approval_minutes": 1.5}',
        '{"approval_minutes": true}',
        '{"http_seconds": "3"}',
        '{"http_seconds": NaN}',
        '{"http_seconds": Infinity}',
    ],
)
def test_limits_that_are_none_are_refused(given: str) -> None:
    """A name that is none, or a value that bounds nothing, is named at the start."""
    with pytest.raises(SettingInvalid, match="SEALSERVICE_LIMITS"):
        read_settings({"SEALSERVICE_LIMITS": given})


def test_policies_of_time_stamping_authorities() -> None:
    """They stand behind the address; what is no object identifier is refused."""
    given = {"SEALSERVICE_TSA_URL": "https://a/ts#1.2.3+1.2.4, https://b/ts"}
    first, second = read_settings(given).tsa_places
    assert (first.url, first.policies) == ("https://a/ts", ("1.2.3", "1.2.4"))
    assert (second.url, second.policies) == ("https://b/ts", ())
    with pytest.raises(SettingInvalid):
        read_settings({"SEALSERVICE_TSA_URL": "https://a/ts#policy"})


def test_nobody_compares_faces_in_production() -> None:
    """The stand-in is a demonstration's, may be switched off, and is refused in production."""
    face, production = "SEALSERVICE_FACE_PROVIDER", {"SEALSERVICE_ENVIRONMENT": "production"}
    assert read_settings({}).face_provider is FaceProvider.DEMONSTRATION
    assert read_settings({face: "none"}).face_provider is FaceProvider.NONE
    assert read_settings(production).face_provider is FaceProvider.NONE
    with pytest.raises(SettingInvalid, match=face):
        read_settings({**production, face: "demonstration"})
