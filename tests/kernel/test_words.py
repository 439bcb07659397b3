"""The shared words: texts, errors, ids, canonical JSON, settings."""

import importlib
import pickle
from pathlib import Path

import pytest

import sealservice
from sealservice.config import Environment, SettingInvalid, read_settings
from sealservice.kernel.actor import Actor, ActorKind, Permission, PermissionMissing, operator
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import canonical
from sealservice.kernel.text import Language, Text


def test_a_text_fills_both_languages() -> None:
    """Fields are filled in Chinese and English alike."""
    text = Text("没有{what}", "no {what}").filled(what="x")
    assert (text.to(Language.ZH), text.to(Language.EN)) == ("没有x", "no x")


def test_every_error_has_a_code_of_its_own_and_says_it_in_both_languages() -> None:
    """A code names one error only; Chinese is Chinese; named fields agree between languages."""
    root = Path(sealservice.__file__).parent
    for file in root.rglob("*errors.py"):
        importlib.import_module(
            ".".join(("sealservice", *file.relative_to(root).with_suffix("").parts))
        )
    seen: dict[str, type] = {}
    for error in _all_errors(SealserviceError):
        if "text" not in vars(error) or error.code == SealserviceError.code:
            continue  # whatever nobody foresaw is "internal", wherever it is caught
        assert seen.setdefault(error.code, error) is error, error
        assert any("\u4e00" <= letter <= "\u9fff" for letter in error.text.zh), error
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in error.text.en), error


def _all_errors(root: type[SealserviceError]) -> list[type[SealserviceError]]:
    return [root, *(below for child in root.__subclasses__() for below in _all_errors(child))]


def test_an_error_survives_the_way_out_of_a_child_process() -> None:
    """Errors are pickled on their way out of the sandbox, with their fields."""
    error = PermissionMissing(permission="admin")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(again, PermissionMissing)
    assert again.message == error.message


def test_ids_sort_by_time_of_birth_and_do_not_repeat() -> None:
    """Ids carry milliseconds first, then chance."""
    ids = [new_id("doc") for _ in range(500)]
    assert len(set(ids)) == 500
    assert all(len(i) == len("doc_") + 26 for i in ids)
    stamps = [i[:14] for i in ids]
    assert stamps == sorted(stamps)


def test_canonical_json_is_that_of_rfc_8785() -> None:
    """Keys are sorted by UTF-16 code units, nothing is escaped without need, no white space."""
    assert canonical({"€": "盖章", "1": [True, None, 10], "a": "\n"}) == (
        '{"1":[true,null,10],"a":"\\n","€":"盖章"}'.encode()
    )


def test_settings_come_from_the_environment_and_home_from_the_option() -> None:
    """``--home`` wins over the variable; other settings are read by name."""
    environ = {
        "SEALSERVICE_HOME": "/a",
        "SEALSERVICE_ENVIRONMENT": "production",
        "SEALSERVICE_PUBLIC_URL": "https://seal.example/",
    }
    settings = read_settings(environ, Path("/b"))
    assert settings.home == Path("/b")
    assert settings.environment is Environment.PRODUCTION
    assert settings.is_production
    assert settings.public_url == "https://seal.example"


def test_an_unknown_environment_is_refused() -> None:
    """A misspelt environment must not silently mean demonstration."""
    with pytest.raises(SettingInvalid, match="prod"):
        read_settings({"SEALSERVICE_ENVIRONMENT": "prod"})


def test_secrets_are_not_shown_with_the_settings() -> None:
    """Settings get logged; passwords must not be in what is shown."""
    settings = read_settings(
        {"SEALSERVICE_DATABASE_PASSWORD": "pw1", "SEALSERVICE_S3_SECRET_KEY": "pw2"}
    )
    assert "pw1" not in repr(settings)
    assert "pw2" not in repr(settings)


def test_an_actor_needs_each_permission_itself() -> None:
    """No permission implies another, not even admin."""
    actor = Actor(ActorKind.API_KEY, "key", "org", frozenset({Permission.ADMIN}))
    actor.require(Permission.ADMIN)
    with pytest.raises(PermissionMissing):
        actor.require(Permission.RECORDS_READ)
    operator("root", "org").require(Permission.RECORDS_READ)
