"""``sealservice trust``: whose signatures count. Starts no engine.

A certificate or a trust list that is added here counts when PDFs are verified, and for nothing
else: what this installation seals and stamps with does not depend on it. Processes that run already
take it in when they are started anew.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.bootstrap.offline import anchors_of, trust_store
from sealservice.cli.call import Call, call_of
from sealservice.cli.errors import Misuse
from sealservice.cli.files import require_readable
from sealservice.cli.output import local_text, print_json
from sealservice.kernel.clock import utc_now
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Text
from sealservice.verification.anchors import TrustAnchor, trust_anchors
from sealservice.verification.errors import AnchorDiffers, TrustListWithoutAddress
from sealservice.verification.trust_store import ListState

app = typer.Typer(no_args_is_help=True)

_CERTIFICATE: Final = (
    Text("来源", "Source"),
    Text("证书", "Certificate"),
    Text("SHA-256", "SHA-256"),
)
_LIST: Final = (
    Text("信任列表", "Trust list"),
    Text("地区", "Territory"),
    Text("序号", "Number"),
    Text("签发", "Issued"),
    Text("下次更新", "Next update"),
    Text("状态", "State"),
)
_FETCHING: Final = Text("正在获取信任列表…", "Fetching the trust list…")
_CURRENT: Final = Text("有效", "current")
_STALE: Final = Text("已过期，未采用", "stale, left out")
_ADDED: Final = Text(
    "已信任。请通过其他途径核对上面的 SHA-256。",
    "Trusted from now on. Compare the SHA-256 above with what its owner told you by other means.",
)
_ONE_OF_BOTH: Final = Text(
    "--territory 和 --url 只用于信任列表，请同时用 --signer 指定其签发者证书。",
    "--territory and --url are for trust lists; name the list's signer by --signer as well.",
)
_ROOTS: Final = Text("本系统", "own domain")
_BY_HAND: Final = Text("手工添加", "added by hand")


@app.command()
def add(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="证书或信任列表 / certificate or trust list")
    ],
    signer: Annotated[
        Path | None,
        typer.Option(
            metavar="CERT", help="信任列表签发者的证书 / certificate of the list's signer"
        ),
    ] = None,
    territory: Annotated[
        str | None, typer.Option(metavar="CC", help="列表所属地区，如 CN / territory of the list")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="列表的发布地址 / where it is published")
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option(metavar="HEX", help="证书应有的 SHA-256 / what the certificate's must be"),
    ] = None,
) -> None:
    """信任一个证书或信任列表 / trust a certificate or a signed trust list."""
    call = call_of(context)
    if signer is None and (territory or url):
        raise Misuse(_ONE_OF_BOTH, "sealservice trust add")
    for named in (file, signer):
        if named is not None:
            require_readable(named)
    found = _certificates(signer or file, sha256)
    store = trust_store(call.settings)
    if signer is not None:
        kept = store.add_list(file.read_bytes(), signer.read_bytes(), territory, url)
        _show_lists(call, [kept])
        return
    store.add_anchors(found)
    _show_anchors(call, [(_BY_HAND, anchor) for anchor in found])
    call.output.aside(_ADDED)


def _certificates(file: Path, sha256: str | None) -> tuple[TrustAnchor, ...]:
    """Return the certificates in a file, if they are the one whose digest was given."""
    found = trust_anchors(file.name, [file.read_bytes()]).anchors
    wanted = (sha256 or "").replace(":", "").lower()
    if wanted and [anchor.sha256 for anchor in found] != [wanted]:
        raise AnchorDiffers(found=", ".join(anchor.sha256 for anchor in found), wanted=wanted)
    return found


@app.command("list")
def list_all(context: typer.Context) -> None:
    """列出信任的证书和列表 / list trusted certificates and lists."""
    call = call_of(context)
    store = trust_store(call.settings)
    lists = list(store.lists())
    anchors = [(_ROOTS, anchor) for anchor in anchors_of(call.settings).anchors]
    anchors += [(_BY_HAND, anchor) for anchor in store.added()]
    for one in lists:
        name = Text(one.name, one.name)
        anchors += [(name, anchor) for anchor in store.anchors_of(one.name)]
    if call.output.json:
        print_json(
            {
                "anchors": [_anchor_json(source, anchor) for source, anchor in anchors],
                "lists": [_list_json(one) for one in lists],
            }
        )
        return
    _show_anchors(call, anchors)
    if lists:
        call.output.line()
        _show_lists(call, lists)


@app.command()
def refresh(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="信任列表，默认全部 / all by default")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="新的列表，默认从发布地址获取 / where it is published"),
    ] = None,
) -> None:
    """采用信任列表的新版本 / take in the successors of trust lists."""
    call = call_of(context)
    if file is not None:
        require_readable(file)
    store = trust_store(call.settings)
    lists = [store.state(name)] if name else [one for one in store.lists() if one.url]
    renewed: list[ListState] = []
    failures: list[SealserviceError] = []
    for one in lists:
        try:
            with call.output.progress(_FETCHING):
                data = file.read_bytes() if file else _published(call, one)
            renewed.append(store.refresh(one.name, data))
        except SealserviceError as failure:  # which keeps no other list from being renewed
            failures.append(failure)
    if renewed or not failures:
        _show_lists(call, renewed)
    if failures:
        raise failures[0]


def _published(call: Call, one: ListState) -> bytes:
    """Return what is published now.

    Raises:
        TrustListWithoutAddress, TrustListUnreachable.
    """
    # The HTTP client takes a tenth of a second to import, which ``list`` need not spend.
    from sealservice.infra.list_fetcher import fetch_list  # noqa: PLC0415

    if one.url is None:
        raise TrustListWithoutAddress(name=one.name)
    settings = call.settings
    return fetch_list(one.name, one.url, settings.limits, settings.verify_fetch_places)


def _show_anchors(call: Call, anchors: list[tuple[Text, TrustAnchor]]) -> None:
    if call.output.json:
        print_json({"anchors": [_anchor_json(source, anchor) for source, anchor in anchors]})
        return
    language = call.output.language
    rows = [(source.to(language), anchor.subject, anchor.sha256) for source, anchor in anchors]
    call.output.table(_CERTIFICATE, rows)


def _show_lists(call: Call, lists: list[ListState]) -> None:
    if call.output.json:
        print_json({"lists": [_list_json(one) for one in lists]})
        return
    now = utc_now()
    rows = [
        (
            one.name,
            one.territory,
            str(one.sequence),
            local_text(one.issued),
            local_text(one.next_update),
            (_STALE if one.is_stale(now) else _CURRENT).to(call.output.language),
        )
        for one in lists
    ]
    call.output.table(_LIST, rows)


def _anchor_json(source: Text, anchor: TrustAnchor) -> JsonValue:
    return {"source": source.en, "subject": anchor.subject, "sha256": anchor.sha256}


def _list_json(one: ListState) -> JsonObject:
    return {
        "name": one.name,
        "scheme": one.scheme,
        "territory": one.territory,
        "sequence": one.sequence,
        "issued": one.issued,
        "next_update": one.next_update,
        "is_stale": one.is_stale(utc_now()),
        "url": one.url,
    }
