"""The main job through the real program: demonstrate, then every command, then everything wrong.

One home serves all tests; its engines and its signer are kept running meanwhile, and most commands
run in this process, so that each is fast.
"""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest

from sealservice.bootstrap.installation import opened
from sealservice.bootstrap.services import services
from sealservice.config import Settings
from sealservice.kernel.actor import operator
from sealservice.kernel.json import JsonObject
from tests.command_line import call, speaks_both
from tests.e2e.demonstrated import Demonstrated

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

SAMPLES = Path(__file__).resolve().parents[2] / "templates" / "samples"
KEYWORD = "（盖章）"
OTHER_USCC = "91350100M000100Y43"


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    """Name an output that nobody may half-write: either it is a PDF, or its folder is empty."""
    folder = tmp_path / "out"
    folder.mkdir()
    yield folder / "sealed.pdf"
    for left in folder.iterdir():
        assert left.name == "sealed.pdf"
        assert left.read_bytes().startswith(b"%PDF")


def test_the_demonstration_tells_its_facts(demonstrated: Demonstrated) -> None:
    """demo.json holds what others need, the summary says it in words, both are private."""
    facts = demonstrated.facts
    assert facts.keys() == {
        "sealed_pdf",
        "form_pdf",
        "record_id",
        "object_key",
        "version_id",
        "verdict",
        "level",
        "root_certificate",
        "web_url",
        "seconds",
    }
    assert (facts["verdict"], facts["level"]) == ("valid", "B-LTA")
    for named in ("sealed_pdf", "form_pdf", "root_certificate"):
        assert Path(facts[named]).is_file()
    for told in ("有效", "B-LTA", facts["sealed_pdf"], facts["record_id"], facts["version_id"]):
        assert told in demonstrated.ended.out
    assert stat.S_IMODE((demonstrated.home / "demo.json").stat().st_mode) == 0o600


def test_a_stranger_verifies_with_the_root_alone(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """The sealed file and the folder of roots are enough; without roots it is unconfirmed."""
    sealed, roots = demonstrated.facts["sealed_pdf"], demonstrated.home / "roots"
    ended = call("verify", sealed, "--roots", roots, "--json", "--home", tmp_path / "none")
    assert (ended.status, ended.value["verdict"]) == (0, "valid")
    (tmp_path / "no-roots").mkdir()
    assert call("verify", sealed, "--roots", tmp_path / "no-roots").status == 2


def test_sealing_by_keyword_and_by_coordinates(demonstrated: Demonstrated, out: Path) -> None:
    """Both ways end in a valid archived document, whose archived bytes are those written."""
    for options in (
        ["--keyword", KEYWORD, "--purpose", "测试"],
        ["--at", "page=last,x=100mm,y=60mm"],
    ):
        ended = demonstrated.seal(demonstrated.form, out, *options, "--json")
        assert ended.status == 0, ended.err
        assert (ended.value["verdict"], ended.value["level"]) == ("valid", "B-LTA")
        assert demonstrated.call("verify", out).status == 0
        sealed = out.read_bytes()
        fetched = demonstrated.call("record", "fetch", ended.value["id"], out)
        assert fetched.status == 0
        assert out.read_bytes() == sealed


def test_a_rehearsal_tells_where_seals_would_be(demonstrated: Demonstrated, out: Path) -> None:
    """A dry run resolves every place in points and mm, stores nothing and writes nothing."""
    before = demonstrated.call("record", "list", "--json").value
    options = ("--at", "page=1,x=30mm,y=250mm", "--keyword", KEYWORD, "--dry-run")
    ended = demonstrated.seal(demonstrated.form, out, *options, "--json")
    assert ended.status == 0, ended.err
    places = ended.value["placements"]
    assert [len(place["impressions"]) for place in places] == [1, 1]
    box = places[0]["impressions"][0]["mm"]
    assert (box["left"] + box["right"]) / 2 == pytest.approx(30, abs=0.001)
    assert (box["bottom"] + box["top"]) / 2 == pytest.approx(250, abs=0.001)
    points = places[0]["impressions"][0]["points"]
    assert points["left"] == pytest.approx(box["left"] / 25.4 * 72, abs=0.002)
    assert demonstrated.seal(demonstrated.form, out, *options).status == 0
    assert not out.exists()
    assert demonstrated.call("record", "list", "--json").value == before


def test_every_list_is_an_array_of_things_with_ids(demonstrated: Demonstrated) -> None:
    """A script can go from any list to its things."""
    for noun in ("license", "seal", "matter", "record", "keys", "api-key"):
        listed = demonstrated.call(noun, "list", "--json")
        assert listed.status == 0, listed.err
        assert all(thing["id"] for thing in listed.value)
        assert listed.value or noun == "api-key"
        assert demonstrated.call(noun, "list").status == 0


def test_what_is_listed_can_be_shown(demonstrated: Demonstrated) -> None:
    """License, seal and record are shown by their ids, in words and as JSON."""
    for noun in ("license", "seal", "record"):
        identity = demonstrated.call(noun, "list", "--json").value[0]["id"]
        assert demonstrated.call(noun, "show", identity, "--json").value["id"] == identity
        assert identity in demonstrated.call(noun, "show", identity).out


def test_the_form_is_filled_from_license_and_answers(demonstrated: Demonstrated, out: Path) -> None:
    """Filling a matter writes the form; wrong answers are named and leave nothing."""
    fill = ("matter", "fill", "bank-account-opening", "--license", demonstrated.license_id)
    answers = SAMPLES / "bank-account-opening.json"
    refused = demonstrated.call(*fill, "--data", SAMPLES / "license.json", "--out", out)
    assert refused.status == 65
    assert not out.exists()
    assert demonstrated.call(*fill, "--data", answers, "--out", out).status == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_an_api_key_lives_and_dies(demonstrated: Demonstrated) -> None:
    """The secret is shown once; afterwards there is only its end; revoking is final."""
    options = ("--name", "测试", "--scope", "orders:read", "--days", "1")
    made = demonstrated.call("api-key", "create", *options, "--json").value
    assert made["key"].startswith("esk_test_")
    listed = demonstrated.call("api-key", "list", "--json")
    assert made["key"] not in listed.out
    assert demonstrated.call("api-key", "revoke", made["id"]).status == 0
    (kept,) = [
        key
        for key in demonstrated.call("api-key", "list", "--json").value
        if key["id"] == made["id"]
    ]
    assert kept["revoked_at"]
    assert demonstrated.call("api-key", "revoke", "key_none").status == 65


def test_staff_get_a_link(demonstrated: Demonstrated) -> None:
    """A person is added and gets an address under the public URL."""
    added = demonstrated.call("staff", "add", "--name", "张三", "--role", "clerk", "--json").value
    link = demonstrated.call("staff", "signin-link", added["id"], "--json").value["url"]
    assert link.startswith(demonstrated.facts["web_url"] + "/login/")
    assert demonstrated.call("staff", "signin-link", "stf_none").status == 65


def test_the_doctor_finds_everything_ready(demonstrated: Demonstrated) -> None:
    """Seven parts, each ready, exit code 0; that no mail server is set is said."""
    ended = demonstrated.call("doctor", "--json")
    assert ended.status == 0, ended.out
    parts = {finding["id"]: finding["ready"] for finding in ended.value}
    assert parts == dict.fromkeys(
        ("database", "store", "keys", "timestamps", "fonts", "clock", "mail"), True
    )
    assert "NOT sent" in ended.value[-1]["en"]


def test_a_ceremony_twice_changes_nothing(demonstrated: Demonstrated) -> None:
    """Performing the same file again issues no certificate."""
    file = demonstrated.home / "ceremony.yaml"
    outcome = demonstrated.call("keys", "ceremony", file, "--json").value
    assert outcome["issued"] == []
    assert outcome["unchanged"]


def encrypted(form: Path, folder: Path) -> Path:
    """Return the form, encrypted."""
    file = folder / "encrypted.pdf"
    with pikepdf.open(form) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="o", user="u"))
    return file


def truncated(form: Path, folder: Path) -> Path:
    """Return the first half of the form."""
    file = folder / "truncated.pdf"
    file.write_bytes(form.read_bytes()[: form.stat().st_size // 2])
    return file


def text(_form: Path, folder: Path) -> Path:
    """Return something that is no PDF."""
    file = folder / "text.pdf"
    file.write_text("not a PDF")
    return file


def empty(_form: Path, folder: Path) -> Path:
    """Return a file of 0 bytes."""
    file = folder / "empty.pdf"
    file.touch()
    return file


def huge(_form: Path, folder: Path) -> Path:
    """Return a sparse file of 200 MB."""
    file = folder / "huge.pdf"
    with file.open("wb") as stream:
        stream.write(b"%PDF-1.7\n")
        stream.truncate(200 << 20)
    return file


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (text, "not_a_pdf"),
        (empty, "not_a_pdf"),
        (truncated, "not_a_pdf"),
        (encrypted, "document_encrypted"),
        (huge, "document_too_large"),
    ],
)
def test_a_bad_document_is_refused(
    demonstrated: Demonstrated,
    tmp_path: Path,
    out: Path,
    make: Callable[[Path, Path], Path],
    code: str,
) -> None:
    """65, both languages, nothing written, nothing archived."""
    before = demonstrated.call("record", "list", "--json").value
    source = make(demonstrated.form, tmp_path)
    ended = demonstrated.seal(source, out, "--keyword", KEYWORD)
    assert (ended.status, ended.out) == (65, "")
    assert speaks_both(ended)
    assert demonstrated.seal(source, out, "--keyword", KEYWORD, "--json").error["code"] == code
    assert not out.exists()
    assert demonstrated.call("record", "list", "--json").value == before


@pytest.mark.parametrize(
    ("options", "seal", "status", "code"),
    [
        (["--keyword", "此处无此字"], None, 65, "keyword_not_found"),
        (["--at", "page=9,x=100,y=100"], None, 65, "placement_outside"),
        (["--at", "page=1,x=1,y=1"], None, 65, "placement_outside"),
        (["--keyword", KEYWORD], "seal_unknown", 65, "seal_not_found"),
        (["--straddle", "edge=right"], None, 65, "straddle_impossible"),
        (["--field", "Seal"], None, 65, "signature_field_not_found"),
        (["--keyword", KEYWORD, "--keyword", KEYWORD], None, 65, "seals_collide"),
        (["--at", "page=1,x=1"], None, 64, "usage"),
    ],
)
def test_a_bad_order_is_refused_before_approval(
    demonstrated: Demonstrated,
    out: Path,
    options: list[str],
    seal: str | None,
    status: int,
    code: str,
) -> None:
    """What is wrong with place or seal is found at once, and nothing is written."""
    ended = demonstrated.seal(demonstrated.form, out, *options, "--json", seal=seal)
    assert (ended.status, ended.error["code"]) == (status, code)
    assert not out.exists()


def test_a_bad_output_is_found_before_sealing(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """A missing folder, a folder, the input itself: 73, and no record was made for nothing."""
    before = demonstrated.call("record", "list", "--json").value
    form = tmp_path / "form.pdf"
    form.write_bytes(demonstrated.form.read_bytes())
    for out in (tmp_path / "missing" / "x.pdf", tmp_path, form):
        ended = demonstrated.seal(form, out, "--keyword", KEYWORD)
        assert ended.status == 73
        assert speaks_both(ended)
    assert form.read_bytes() == demonstrated.form.read_bytes()
    assert demonstrated.call("record", "list", "--json").value == before


def test_a_wrong_credit_code_has_its_exact_reason(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """The expected check character is named, and no license is registered."""
    face: JsonObject = json.loads((SAMPLES / "license.json").read_text("utf-8"))
    file = tmp_path / "face.json"
    file.write_text(json.dumps({**face, "uscc": "914190010000000000"}), "utf-8")
    before = demonstrated.call("license", "list", "--json").value
    ended = demonstrated.call("license", "register", file)
    assert ended.status == 65
    assert speaks_both(ended)
    assert "校验码不符" in ended.err
    problems = demonstrated.call("license", "register", file, "--json").error["problems"]
    assert [problem["field"] for problem in problems] == ["uscc"]
    assert demonstrated.call("license", "list", "--json").value == before


def test_a_name_too_long_for_the_arc_is_refused(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """A seal that cannot be drawn is refused when it is applied for."""
    face: JsonObject = json.loads((SAMPLES / "license.json").read_text("utf-8"))
    file = tmp_path / "face.json"
    file.write_text(json.dumps({**face, "uscc": OTHER_USCC, "name": "济源市" + "长" * 90}), "utf-8")
    license_ = demonstrated.call("license", "register", file, "--json").value
    ended = demonstrated.call("seal", "make", "--license", license_["id"])
    assert ended.status == 65
    assert speaks_both(ended)
    assert "放不下" in ended.err


def test_somebody_elses_things_are_not_there(demonstrated: Demonstrated, out: Path) -> None:
    """Ids of another organisation are as unknown as ids that never were."""
    with opened(Settings(home=demonstrated.home)) as installation:
        at_hand = services(installation)
        try:
            founder = operator("test", "")
            theirs = operator("test", at_hand.staff.create_organisation(founder, "别家").id)
            face: JsonObject = json.loads((SAMPLES / "license.json").read_text("utf-8"))
            license_ = at_hand.licenses.register(theirs, face)
            seal = at_hand.seals.apply(theirs, license_.id)
        finally:
            at_hand.close()
    shown = demonstrated.call("license", "show", license_.id, "--json")
    assert (shown.status, shown.error["code"]) == (65, "license_not_found")
    assert demonstrated.call("seal", "show", seal.id, "--json").error["code"] == "seal_not_found"
    sealed = demonstrated.seal(demonstrated.form, out, "--keyword", KEYWORD, "--json", seal=seal.id)
    assert sealed.error["code"] == "seal_not_found"
    assert demonstrated.call("record", "show", "rec_none", "--json").status == 65


def test_production_refuses_the_stand_in(demonstrated: Demonstrated, out: Path) -> None:
    """With environment=production the demonstration holder does not approve: 77."""
    arguments = ("seal-pdf", demonstrated.form, out, "--seal", demonstrated.seal_id)
    ended = call(
        *arguments,
        "--keyword",
        KEYWORD,
        SEALSERVICE_HOME=str(demonstrated.home),
        SEALSERVICE_ENVIRONMENT="production",
    )
    assert ended.status == 77
    assert speaks_both(ended)
    assert not out.exists()


def test_a_home_that_cannot_be_written_is_73() -> None:
    """Where nobody can make a folder, everybody learns so in both languages."""
    ended = call("license", "list", "--home", "/proc/sealservice/home")
    assert ended.status == 73
    assert speaks_both(ended)


def test_a_folder_with_other_things_is_no_home(tmp_path: Path) -> None:
    """A folder that is not ours is left as it is."""
    (tmp_path / "thesis.txt").write_text("precious")
    ended = call("license", "list", "--home", tmp_path)
    assert ended.status == 65
    assert speaks_both(ended)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_life_of_a_seal_by_commands(demonstrated: Demonstrated) -> None:
    """Make, suspend, resume, cancel: each command ends with the state it brought about."""
    made = demonstrated.call(
        "seal", "make", "--license", demonstrated.license_id, "--kind", "contract", "--number", "1",
        "--json",
    ).value  # fmt: skip
    assert (made["state"], made["line"]) == ("active", "（1）")
    suspended = demonstrated.call("seal", "suspend", made["id"], "--reason", "休假", "--json")
    assert suspended.value["state"] == "suspended"
    resumed = demonstrated.call("seal", "resume", made["id"], "--reason", "返岗", "--json")
    assert resumed.value["state"] == "active"
    again = demonstrated.call("seal", "resume", made["id"], "--reason", "返岗")
    assert again.status == 65
    assert speaks_both(again)
    filed = demonstrated.call("seal", "file", made["id"], "--number", "4190-1", "--json")
    assert filed.value["filing_number"] == "4190-1"
    cancelled = demonstrated.call("seal", "cancel", made["id"], "--reason", "不再使用", "--json")
    assert cancelled.value["state"] == "cancelled"
    lines = demonstrated.call("seal", "history", made["id"], "--json").value
    assert [line["change"] for line in lines] == [
        "apply", "make", "activate", "suspend", "resume", "file", "cancel",
    ]  # fmt: skip
    with opened(Settings(home=demonstrated.home)) as installation:
        at_hand = services(installation)
        try:
            found = at_hand.stores.certificates.by_sha256(made["certificate_sha256"])
        finally:
            at_hand.close()
    assert found is not None
    assert found.revoked_at is not None
