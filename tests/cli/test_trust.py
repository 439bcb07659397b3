"""``sealservice trust``: what is added counts when PDFs are verified, and nothing slips in."""

from pathlib import Path

import pytest

from sealservice.cli.exits import Status
from sealservice.kernel.clock import utc_now
from tests.command_line import call_here
from tests.world_network import Answer, network
from tests.world_trust_lists import DAY, Listed, Publisher
from tests.world_verification import SignedWorld, blank_pdf


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home that is not there yet."""
    return tmp_path / "home"


@pytest.fixture(scope="module")
def strangers() -> SignedWorld:
    """Return a world that nobody trusts yet."""
    return SignedWorld()


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    """Return somebody whose lists are of today."""
    return Publisher(issued=utc_now() - DAY, next_update=utc_now() + 30 * DAY)


def kept(folder: Path, name: str, content: bytes) -> Path:
    """Write a file and return it."""
    file = folder / name
    file.write_bytes(content)
    return file


def chain(home: Path, pdf: Path) -> list[str]:
    """Return the keys of the errors that verification tells."""
    report = call_here("verify", pdf, "--json", "--home", home).value
    return [error["key"] for error in report["signatures"][0]["errors"]]


def test_added_certificate_counts(home: Path, tmp_path: Path, strangers: SignedWorld) -> None:
    """Before, its issuer is on no list; afterwards the chain is trusted, and the list tells why."""
    pdf = kept(tmp_path, "signed.pdf", strangers.sign(blank_pdf(), strangers.plain_signer))
    root = kept(tmp_path, "root.pem", strangers.root.pem)
    assert "chain_untrusted" in chain(home, pdf)
    added = call_here("trust", "add", root, "--json", "--home", home)
    assert added.status == 0
    assert "chain_untrusted" not in chain(home, pdf)
    listed = call_here("trust", "list", "--json", "--home", home).value
    assert [one["source"] for one in listed["anchors"]] == ["added by hand"]
    assert listed["lists"] == []


def test_another_certificate_than_meant_is_not_added(
    home: Path, tmp_path: Path, strangers: SignedWorld
) -> None:
    """Whoever names the digest gets that certificate or none."""
    root = kept(tmp_path, "root.pem", strangers.root.pem)
    refused = call_here("trust", "add", root, "--sha256", "00:11", "--json", "--home", home)
    assert (refused.status, refused.error["code"]) == (Status.REFUSED, "anchor_differs")
    assert call_here("trust", "list", "--json", "--home", home).value["anchors"] == []


def test_a_list_is_added_and_renewed(
    home: Path, tmp_path: Path, strangers: SignedWorld, publisher: Publisher
) -> None:
    """A list counts, its successor replaces it, and an older one is refused."""
    pdf = kept(tmp_path, "signed.pdf", strangers.sign(blank_pdf(), strangers.plain_signer))
    signer = kept(tmp_path, "signer.pem", publisher.unit.pem)
    second = publisher.later(sequence=2)
    data = kept(tmp_path, "list.jws", second.jws(Listed(strangers.root)))
    named = ("--signer", signer, "--territory", "CN", "--home", home)
    (state,) = call_here("trust", "add", data, "--json", *named).value["lists"]
    assert (state["sequence"], state["is_stale"]) == (2, False)
    assert "chain_untrusted" not in chain(home, pdf)
    older = kept(tmp_path, "older.jws", publisher.jws(Listed(strangers.root)))
    refused = call_here("trust", "refresh", state["name"], older, "--json", "--home", home)
    assert refused.error["code"] == "trust_list_rolled_back"
    empty = kept(tmp_path, "third.xml", publisher.later(sequence=3).xml())
    assert call_here("trust", "refresh", state["name"], empty, "--home", home).status == 0
    assert "chain_untrusted" in chain(home, pdf)
    shown = call_here("trust", "list", "--home", home, "--lang", "zh").out
    assert state["name"] in shown
    assert "有效" in shown


def test_a_list_is_renewed_from_where_it_is_published(
    home: Path,
    tmp_path: Path,
    strangers: SignedWorld,
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The successor is had over HTTP, from a place inside only where that is allowed."""
    signer = kept(tmp_path, "signer.pem", publisher.unit.pem)
    data = kept(tmp_path, "list.jws", publisher.jws(Listed(strangers.root)))
    with network() as played:
        place = f"127.0.0.1:{played.port}"
        successor = publisher.later(sequence=2).xml(Listed(strangers.root))
        played.answers["/tl"] = Answer(successor, kind="application/vnd.etsi.tsl+xml")
        named = ("--signer", signer, "--url", f"http://{place}/tl", "--home", home)
        assert call_here("trust", "add", data, *named).status == 0
        refused = call_here("trust", "refresh", "--json", "--home", home)
        assert refused.error["code"] == "trust_list_unreachable"
        assert played.asked == []
        monkeypatch.setenv("SEALSERVICE_VERIFY_FETCH_PLACES", place)
        other = publisher.later(scheme="A list that is nowhere")
        lost = kept(tmp_path, "lost.jws", other.jws(Listed(strangers.root)))
        nowhere = ("--signer", signer, "--url", f"http://{place}/none", "--home", home)
        assert call_here("trust", "add", lost, *nowhere).status == 0
        ended = call_here("trust", "refresh", "--json", "--home", home)
        (renewed,) = ended.value["lists"]
        assert (renewed["sequence"], ended.error["code"]) == (2, "trust_list_unreachable")
        assert sorted(played.asked) == ["/none", "/tl"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "{rubbish}"), "anchor_unreadable"),
        (("add", "{rubbish}", "--signer", "{root}"), "trust_list_invalid"),
        (("add", "{root}", "--territory", "CN"), "usage"),
        (("add", "{root}.missing"), "input_missing"),
        (("refresh", "nobody", "{root}"), "trust_list_unknown"),
        (("refresh", "../../etc", "{root}"), "trust_list_unknown"),
    ],
)
def test_what_is_wrong_is_refused_in_words(
    home: Path, tmp_path: Path, strangers: SignedWorld, arguments: tuple[str, ...], code: str
) -> None:
    """Nothing is added by a slip, and each refusal has a code and both languages."""
    root = kept(tmp_path, "root.pem", strangers.root.pem)
    rubbish = kept(tmp_path, "rubbish", b"rubbish")
    filled = [each.format(root=root, rubbish=rubbish) for each in arguments]
    refused = call_here("trust", *filled, "--json", "--home", home)
    assert refused.error["code"] == code
    assert refused.error["zh"]
    assert refused.error["en"]
