"""The pages: what they say, to whom, and that they also work without scripts."""

import base64
import json
import re

import pytest

from sealservice.config import Environment
from sealservice.identity.model import Role
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_identity import IdentityWorld
from tests.world_verification import blank_pdf


def send(client: EdgeClient, pdf: bytes, filename: str = "a.pdf", **headers: str):  # noqa: ANN201
    """Send the form of /verify."""
    files = {"file": (filename, pdf, "application/pdf")}
    return client.post("/verify", files=files, headers={**OWN, **headers})


@pytest.mark.parametrize(
    ("make", "verdict", "word"),
    [
        (lambda world: world.signed.archival(blank_pdf()), "valid", "有效"),
        (lambda world: world.signed.sign(blank_pdf()), "unconfirmed", "无法确认"),
        (
            lambda world: world.signed.sign(blank_pdf()).replace(b"Amount: 100", b"Amount: 900"),
            "invalid",
            "无效",
        ),
        (lambda _: blank_pdf(), "unsigned", "未发现签章"),
        (lambda _: b"not a PDF", "unreadable", "无法读取"),
    ],
)
def test_verdict_card(world: EdgeWorld, client: EdgeClient, make, verdict: str, word: str) -> None:  # noqa: ANN001
    """Without scripts the form gives a whole page with the word, an icon and the report."""
    answer = send(client, make(world))
    assert answer.status_code == 200
    assert "<!doctype html>" in answer.text
    assert f'<section class="verdict {verdict}"' in answer.text
    assert re.search(rf'<h2 id="verdict-word"[^>]*>{word}</h2>', answer.text)
    assert '<svg class="icon"' in answer.text.partition('class="verdict')[2]
    encoded = answer.text.partition("data:application/json;base64,")[2].partition('"')[0]
    assert json.loads(base64.b64decode(encoded))["verdict"] == verdict


def test_htmx_gets_the_verdict_alone(world: EdgeWorld, client: EdgeClient) -> None:
    """A request by htmx gets the same card without the page around it."""
    answer = send(client, world.signed.archival(blank_pdf()), **{"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith('<section class="verdict valid"')
    assert answer.text.count('<li class="passed">') == 12


def test_form_without_a_file(client: EdgeClient) -> None:
    """Sending nothing, or something that is no form, says so."""
    nothing = client.post(
        "/verify", files={"file": ("", b"", "application/octet-stream")}, headers=OWN
    )
    assert nothing.status_code == 422
    assert "没有选择文件" in nothing.text
    odd = client.post("/verify", content=b"x", headers={**OWN, "Content-Type": "text/plain"})
    assert odd.status_code == 422


@pytest.mark.security
def test_names_cannot_become_markup(world: EdgeWorld, client: EdgeClient) -> None:
    """Script in the name of a file, a person or a record is shown, never run."""
    evil = "<img src=x onerror=alert(1)>.pdf"
    shown = send(client, blank_pdf(), evil).text
    assert "&lt;img src=x" in shown
    sign_in(world, client, name="<script>alert(1)</script>")
    record = world.record(world.ours, filename=evil)
    pages = [client.get(path).text for path in ("/", "/records", f"/records/{record.id}")]
    for page in [shown, *pages]:
        assert "<img" not in page
        assert "<script>" not in page


def test_language_is_chinese_first_and_can_be_switched(client: EdgeClient) -> None:
    """Chinese unless asked otherwise; ``?lang=`` is kept in a cookie; nonsense changes nothing."""
    assert 'lang="zh-CN"' in client.get("/").text
    assert 'lang="zh-CN"' in client.get("/", headers={"Accept-Language": "en"}).text
    switched = client.get("/?lang=en")
    assert 'html lang="en"' in switched.text
    assert 'html lang="en"' in client.get("/verify").text
    assert "HttpOnly" in switched.headers["set-cookie"]
    assert 'html lang="en"' in client.get("/?lang=xx").text
    assert 'html lang="zh-CN"' in client.get("/?lang=zh").text


def test_demonstration_is_loud() -> None:
    """A demonstration says on every page that nothing has legal effect; production does not."""
    for environment in Environment:
        world = EdgeWorld(identity=IdentityWorld(environment=environment))
        client = EdgeClient(world.web(), PUBLIC_URL)
        for path in ("/", "/verify", "/login", "/nothing"):
            shown = "测试环境 · 无法律效力" in client.get(path).text
            assert shown == (environment is Environment.DEMONSTRATION)


def test_records_need_sign_in_and_role(world: EdgeWorld, client: EdgeClient) -> None:
    """Strangers are asked to sign in; a registrar, who may not read records, is told so."""
    record = world.record(world.ours)
    paths = ("/records", f"/records/{record.id}", f"/records/{record.id}/file")
    assert [client.get(path).status_code for path in paths] == [401, 401, 401]
    sign_in(world, client, Role.REGISTRAR)
    assert [client.get(path).status_code for path in paths] == [403, 403, 403]
    sign_in(world, client, Role.AUDITOR)
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]


def test_record_page_tells_where_and_what_happened(world: EdgeWorld, client: EdgeClient) -> None:
    """A record's page has its digest, version, lock, verdict and history; its file is the bytes."""
    pdf = world.signed.archival(blank_pdf())
    record = world.record(world.ours, pdf)
    sign_in(world, client, Role.ARCHIVIST)
    assert client.get(f"/records/{record.id}/file").content == pdf
    page = client.get(f"/records/{record.id}").text
    for part in (record.id, record.sha256, record.stored.version_id, "已加锁归档", "文件被取用"):
        assert part in page
    assert page.count('<li class="passed">') == 12


@pytest.mark.security
def test_history_is_for_those_who_may_read_the_audit_log(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """Who did what and when is shown to an archivist and an auditor; a clerk sees the record."""
    record = world.record(world.ours)
    shown = {}
    for role in (Role.CLERK, Role.ARCHIVIST, Role.AUDITOR):
        sign_in(world, client, role)
        page = client.get(f"/records/{record.id}").text
        assert record.sha256 in page
        shown[role] = "已加锁归档" in page
    assert shown == {Role.CLERK: False, Role.ARCHIVIST: True, Role.AUDITOR: True}


@pytest.mark.security
def test_foreign_record_is_not_found(world: EdgeWorld, client: EdgeClient) -> None:
    """Another organisation's record, and an id that is none, give the same page."""
    foreign = world.record(world.theirs)
    sign_in(world, client)
    for record_id in (foreign.id, "rec_00000000000000000000000000", "%00", "x" * 200):
        for path in (f"/records/{record_id}", f"/records/{record_id}/file"):
            assert client.get(path).status_code == 404
    assert foreign.id not in client.get("/records").text


def test_records_are_paged(world: EdgeWorld, client: EdgeClient) -> None:
    """The list shows twenty, and leads to older ones."""
    made = sorted((world.record(world.ours).id for _ in range(23)), reverse=True)
    sign_in(world, client)
    first = client.get("/records").text
    following = re.search(r'href="(/records\?before=\w+)"', first)
    assert following is not None
    second = client.get(following.group(1)).text
    assert re.findall(r"/records/(rec_\w+)", first) == made[:20]
    assert re.findall(r"/records/(rec_\w+)", second) == made[20:]
    assert client.get("/records?before=%00").status_code == 422


def test_home_shows_the_latest(world: EdgeWorld, client: EdgeClient) -> None:
    """Signed in, the start page lists the latest records; what a role may not see is left out."""
    record = world.record(world.ours)
    sign_in(world, client, Role.CLERK)
    assert record.id in client.get("/").text
    sign_in(world, client, Role.REGISTRAR)
    page = client.get("/").text
    assert record.id not in page
    assert "最近档案" not in page


@pytest.mark.parametrize("path", ["/nothing", "/login/x/y", "/static/nothing.css"])
def test_unknown_pages(client: EdgeClient, path: str) -> None:
    """An address without a page gives 404, the request's number, and a way on."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["x-request-id"] in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.security
def test_unforeseen_failure_is_a_page(world: EdgeWorld, client: EdgeClient) -> None:
    """A mistake of ours gives a page with a number and nothing of the inside, in both languages."""
    sign_in(world, client)
    world.records.rows = None  # type: ignore[assignment]
    for language, title in (("zh", "出了点问题"), ("en", "Something went wrong")):
        answer = client.get(f"/records?lang={language}")
        assert answer.status_code == 500
        assert title in answer.text
        assert "NoneType" not in answer.text
        assert answer.headers["x-request-id"] in answer.text


def test_form_token_is_of_the_session(world: EdgeWorld, client: EdgeClient) -> None:
    """Every session has its own token; it is not the session's secret."""
    tokens = []
    for _ in range(2):
        sign_in(world, client)
        tokens.append(form_token(client.get("/").text))
        assert tokens[-1] not in str(client.cookies)
    assert tokens[0] != tokens[1]


def test_type_of_a_problem_leads_to_its_explanation(client: EdgeClient) -> None:
    """The address in a problem's ``type`` has a page; a code that is none has not."""
    problem = client.get("/api/v1/licenses").json()
    page = client.get(problem["type"].removeprefix(PUBLIC_URL))
    assert page.status_code == 200
    assert "缺少 API 密钥" in page.text
    assert client.get("/problems/no_such_code").status_code == 404
