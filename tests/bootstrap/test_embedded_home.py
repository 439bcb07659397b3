"""A home folder: private, chosen once, never at the cost of somebody else's folder."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from sealservice.bootstrap.embedded.errors import HomeNotOurs, HomeNotWritable
from sealservice.bootstrap.embedded.home import claim_folder, open_home, write_private
from sealservice.bootstrap.embedded.lease import start_lock
from sealservice.infra.processes import ProcessKind


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_home_is_private_and_keeps_its_choices(tmp_path: Path) -> None:
    """Folder 0700, file 0600, and the same ports and secrets the next time."""
    folder = tmp_path / "new" / "home"
    claim_folder(folder)
    home = open_home(folder)
    assert (_mode(folder), _mode(home.file)) == (0o700, 0o600)
    claim_folder(folder)
    assert open_home(folder) == home


def test_every_process_has_its_own_secrets(tmp_path: Path) -> None:
    """No two credentials of a home are equal, nor those of two homes, and none is printed."""
    first, second = tmp_path / "first", tmp_path / "second"
    secrets = []
    for folder in (first, second):
        claim_folder(folder)
        home = open_home(folder)
        secrets += [home.postgres_password]
        secrets += [home.credentials[kind]["password"] for kind in ProcessKind]
        secrets += [home.credentials[kind]["secret"] for kind in ProcessKind]
        assert not [secret for secret in secrets if secret in repr(home)]
    assert len(set(secrets)) == len(secrets)


def test_ports_are_chosen_anew_when_the_entry_is_deleted(tmp_path: Path) -> None:
    """What the message about a taken port advises works, and the passwords stay."""
    claim_folder(tmp_path)
    home = open_home(tmp_path)
    kept = json.loads(home.file.read_text("utf-8"))
    del kept["ports"]
    write_private(home.file, json.dumps(kept))
    again = open_home(tmp_path)
    assert again.ports != home.ports
    assert again.credentials == home.credentials


def test_folder_with_other_things_is_left_untouched(tmp_path: Path) -> None:
    """A folder that is no home is neither used nor closed to others."""
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    tmp_path.chmod(0o755)
    with pytest.raises(HomeNotOurs):
        claim_folder(tmp_path)
    assert _mode(tmp_path) == 0o755
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_home_that_others_may_read_is_closed(tmp_path: Path) -> None:
    """A home of ours that was opened to others is closed again."""
    claim_folder(tmp_path)
    open_home(tmp_path)
    tmp_path.chmod(0o755)
    claim_folder(tmp_path)
    assert _mode(tmp_path) == 0o700


def test_crash_before_the_first_write_does_not_spoil_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a failed first start leaves is still a place for a home."""
    claim_folder(tmp_path)
    with start_lock(tmp_path), monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _full_disk)
        with pytest.raises(HomeNotWritable, match="No space left"):
            open_home(tmp_path)
    claim_folder(tmp_path)
    assert open_home(tmp_path).file.exists()


def _full_disk(_number: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("content", ["", "{", "{}", "[]"])
def test_damaged_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    """Passwords are never invented anew over data that only the old ones open."""
    (tmp_path / "home.json").write_text(content, "utf-8")
    with pytest.raises(HomeNotOurs, match=r"home\.json"):
        open_home(tmp_path)
    assert (tmp_path / "home.json").read_text("utf-8") == content


def test_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    """A file in the way is a clear error in both languages."""
    (tmp_path / "file").touch()
    with pytest.raises(HomeNotWritable) as refused:
        claim_folder(tmp_path / "file" / "home")
    assert str(tmp_path) in refused.value.message.zh


def test_long_path_gets_a_short_folder_for_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's limit of about 100 bytes is met from any home; the choice is kept."""
    runtime = tmp_path / "r"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    folder = tmp_path / ("很长的名字" * 10)
    claim_folder(folder)
    home = open_home(folder)
    assert home.sockets.parent in {runtime, Path("/tmp")}  # noqa: S108 - the place under test
    assert _mode(home.sockets) == 0o700
    assert len(bytes(home.sockets / "pg" / ".s.PGSQL.5432")) < 100
    assert open_home(folder) == home
    home.sockets.rmdir()
    assert open_home(folder).sockets.is_dir()


def test_short_folder_that_is_not_private_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that somebody else could have made or opened is given up for a new one."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / ("long" * 30)
    claim_folder(folder)
    home = open_home(folder)
    home.sockets.chmod(0o777)
    assert open_home(folder).sockets != home.sockets
    home.sockets.rmdir()
