"""Options of every command may stand anywhere; what is not understood is said in both languages."""

import pytest

from sealservice.cli.exits import Status
from sealservice.cli.main import run
from sealservice.cli.usage import hoisted, language_of
from sealservice.kernel.text import Language
from tests.command_line import call, speaks_both


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["verify", "a.pdf", "--json"], ["--json", "verify", "a.pdf"]),
        (["seal", "list", "--home", "/h"], ["--home", "/h", "seal", "list"]),
        (["seal", "--home=/h", "list"], ["--home", "/h", "seal", "list"]),
        (["verify", "--lang", "en", "a.pdf"], ["--lang", "en", "verify", "a.pdf"]),
        (["verify", "--", "--json"], ["verify", "--", "--json"]),
        (["verify", "a.pdf", "--home"], ["--home"]),
    ],
)
def test_common_options_move_to_the_front(given: list[str], ordered: list[str]) -> None:
    """Before or after the command, a common option means the same; behind -- it is a file."""
    assert hoisted(given) == ordered


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.ZH),
        ({"LANG": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "C.UTF-8"}, Language.ZH),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, Language.EN),
        ({"LC_ALL": "", "LANG": "en"}, Language.EN),
    ],
)
def test_the_locale_decides_the_language(environment: dict[str, str], language: Language) -> None:
    """English for an English locale, Chinese for every other."""
    assert language_of(environment) is language


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["brew"], "没有命令“brew”"),
        (["seal", "brew"], "没有命令“brew”"),
        (["seal"], "缺少命令"),
        (["verify"], "缺少“FILE...”"),
        (["verify", "--brew", "a.pdf"], "没有选项“--brew”"),
        (["--lang", "fr", "verify", "a.pdf"], "“--lang”的值不可用"),
        (["verify", "a.pdf", "--home"], "选项“--home”后缺少值"),
        (["seal", "list", "superfluous"], "多余的参数“superfluous”"),
        (["verify", "--json", "a.pdf", "b.pdf"], "--json 只接受一个文件"),
        (["seal-pdf", "a.pdf", "b.pdf", "--seal", "seal_x"], "没有位置：请用 --at"),
        (["seal-pdf", "a.pdf", "b.pdf", "--seal", "s", "--at", "page=1,z=2"], "没有“z”这一项"),
        (["seal-pdf", "a.pdf", "--seal", "s", "--keyword", "章"], "缺少输出文件 OUT"),
        (["seal-pdf", "a.pdf", "b.pdf", "--keyword", "章"], "缺少“--seal”"),
        (["api-key", "create", "--name", "x", "--scope", "all"], "“--scope”的值不可用"),
    ],
)
def test_misuse_is_64_in_both_languages(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A call that is not understood says why and where help is, and does nothing."""
    assert run(arguments) == Status.USAGE
    told = capsys.readouterr()
    assert told.out == ""
    assert named in told.err
    if "--json" not in arguments:
        assert len(told.err.splitlines()) == 2
        assert "--help" in told.err or "--home" in told.err


def test_the_program_itself_ends_with_64() -> None:
    """What typer would end with 2 is 64 to the shell."""
    ended = call("brew")
    assert (ended.status, ended.out) == (64, "")
    assert speaks_both(ended)


def test_help_lists_every_command() -> None:
    """Help is a result, not an error, and nothing that can be called is hidden."""
    for arguments in ([], ["--help"], ["-h"]):
        ended = call(*arguments)
        assert ended.status == 0
        for command in ("demo", "web", "signer", "worker", "doctor", "verify", "seal-pdf"):
            assert command in ended.out


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (["license", "register"], ["FACE"]),
        (["seal", "make"], ["--license"]),
        (["matter", "fill"], ["--license", "--data", "--out"]),
        (
            ["seal-pdf"],
            ["--seal", "--at", "--keyword", "--straddle", "--field", "--dry-run", "--purpose"],
        ),
        (["verify"], ["--jsonl", "--roots"]),
        (["record", "fetch"], ["ID", "OUT"]),
        (["keys", "ceremony"], ["FILE"]),
        (["api-key", "create"], ["--name", "--scope", "--days"]),
        (["staff", "add"], ["--name", "--role"]),
        (["demo"], ["--once"]),
        (["doctor"], []),
    ],
)
def test_every_command_explains_itself(
    command: list[str],
    options: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each command imports, and names its options in its help."""
    monkeypatch.setenv("COLUMNS", "200")
    assert run([*command, "--help"]) == 0
    told = capsys.readouterr().out.lower()
    assert all(option.lower() in told for option in options)
