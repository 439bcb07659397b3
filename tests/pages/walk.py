"""The way of a clerk and an administrator through all pages."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst
from playwright.sync_api import Browser, Page, expect

from tests.e2e.demonstrated import Demonstrated
from tests.pages.camera import Camera

SETTLED: Final = "#place.scripted:not([aria-busy])"
NAMES: Final = {"clerk": "王芳", "administrator": "李明", "registrar": "赵静"}
TEXT: Final = """
#set page(paper: "a4", margin: 25mm, numbering: "1")
#set text(font: "Noto Sans SC", lang: "zh", size: 11pt)
#set par(justify: true)
#align(center)[= 设备采购合同]
#for _ in range(3) [
  第一条　甲方向乙方采购办公设备一批，规格、数量与价款以附件清单为准。
  乙方应于合同签订之日起三十日内交货，并负责安装调试。

  第二条　货款于验收合格后十个工作日内一次付清。任何一方不履行义务的，应承担违约责任。
]
#v(25mm)
甲方（盖章）：#h(60mm)乙方（盖章）：
#pagebreak()
= 附件一　清单
#let rows = range(12).map(n => ([设备 #n], [2], [1,500.00]))
#table(columns: (1fr, 1fr, 1fr), [名称], [数量], [单价], ..rows.flatten())
#pagebreak()
= 附件二　售后服务
乙方提供三年质量保证。
"""


def contract(folder: Path) -> Path:
    """Write a contract of three pages."""
    path = folder / "设备采购合同.pdf"
    path.write_bytes(typst.compile(TEXT.encode()))
    return path


def invitation(made: Demonstrated, role: str) -> str:
    """Add a person, and return the address of the link that signs them in."""
    added = made.call("--json", "staff", "add", "--name", NAMES[role], "--role", role).value
    link = made.call("--json", "staff", "signin-link", added["id"]).value
    return str(link["url"])


def signed_in(browser: Browser, url: str, link: str) -> Any:  # noqa: ANN401 - playwright's
    """Sign somebody in by their link, and return the cookies."""
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="演示登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@dataclass(frozen=True)
class Walk:
    """One way through all pages, in one size of window."""

    camera: Camera
    browser: Browser
    url: str
    people: dict[str, Any]
    contract: Path
    made: Demonstrated

    def all(self) -> None:
        """Go everywhere."""
        steps: tuple[tuple[str | None, Callable[[Page], None]], ...] = (
            (None, self.visitor),
            (None, self.verification),
            ("clerk", self.placing),
            ("clerk", self.archive),
            ("administrator", self.administration),
            ("registrar", self.registration),
        )
        for who, step in steps:
            with self.camera.page(self.browser, self.url, self.people.get(who or "")) as page:
                step(page)

    def at(self, page: Page, path: str, name: str) -> None:
        """Go to an address and take its picture."""
        page.goto(path)
        self.camera.take(page, name)

    def visitor(self, page: Page) -> None:
        """See what everybody sees."""
        self.at(page, "/", "home-visitor")
        self.at(page, "/login", "login")
        self.at(page, invitation(self.made, "clerk"), "login-link")
        self.at(page, "/problems/keyword_not_found", "problem")
        self.at(page, "/nowhere", "not-found")

    def verification(self, page: Page) -> None:
        """Verify a sealed form, and one in which a byte is changed."""
        self.at(page, "/verify", "verify")
        sealed = Path(self.made.facts["sealed_pdf"])
        broken = self.contract.with_name("changed.pdf")
        changed = bytearray(sealed.read_bytes())
        changed[len(changed) // 3] ^= 1
        broken.write_bytes(changed)
        for file, name in ((sealed, "verify-valid"), (broken, "verify-invalid")):
            page.goto("/verify")
            page.set_input_files("input[type=file]", file)
            verdict = page.locator(".verdict").first
            if not verdict.is_visible():
                page.get_by_role("main").get_by_role("button").first.click()
            expect(verdict).to_be_visible(timeout=30_000)
            self.camera.take(page, name)

    def placing(self, page: Page) -> None:
        """Place a seal in every way, approve the order, and see it done."""
        self.at(page, "/", "home")
        self.at(page, "/seal/new", "seal-new")
        page.set_input_files("#file", self.contract)
        page.wait_for_url("**/place")
        self.settled(page, "place-drag")
        page.locator(".tab.coordinate").click()
        self.settled(page, "place-coordinate")
        page.locator(".tab.straddle").click()
        self.settled(page, "place-straddle")
        page.locator(".tab.keyword").click()
        page.fill("#keyword", "（盖章）")
        page.click("#search")
        self.settled(page, "place-keyword")
        page.get_by_role("button", name="下一步：授权").click()
        page.wait_for_url("**/orders/*")
        self.camera.take(page, "order")
        page.get_by_role("button", name="以演示持照人身份批准").click()
        expect(page.get_by_role("link", name="下载已盖章文件")).to_be_visible(timeout=60_000)
        self.camera.take(page, "order-done")

    def settled(self, page: Page, name: str) -> None:
        """Wait for the answer of the dry run and the pictures of pages."""
        page.wait_for_timeout(300)
        expect(page.locator(SETTLED)).to_be_visible()
        expect(page.locator(".impression").first).to_be_attached()
        self.camera.take(page, name)

    def archive(self, page: Page) -> None:
        """Look for a record and open it."""
        self.at(page, "/records", "records")
        page.locator('main a[href^="/records/"]').first.click()
        page.wait_for_url("**/records/*")
        self.camera.take(page, "record")

    def administration(self, page: Page) -> None:
        """See the seals, one of them, and the form of a new one."""
        self.at(page, "/admin/seals", "seals")
        page.locator(f'a[href="/admin/seals/{self.made.seal_id}"]').first.click()
        page.wait_for_url("**/admin/seals/*")
        self.camera.take(page, "seal")
        self.at(page, f"/admin/seals/{self.made.seal_id}/remake", "seal-remake")
        self.at(page, "/admin/seals/new", "seal-apply")

    def registration(self, page: Page) -> None:
        """See the licenses, one of them, and the ways of registering and changing."""
        license_ = f"/admin/licenses/{self.made.license_id}"
        self.at(page, "/admin/licenses", "licenses")
        self.at(page, license_, "license")
        self.at(page, f"{license_}/change", "license-change")
        self.staffed(page, f"{license_}/people")
        self.at(page, f"{license_}/people", "license-people")
        self.at(page, f"{license_}/usage", "license-usage")
        self.at(page, "/admin/licenses/new", "license-new")
        self.at(page, "/admin/licenses/imports", "license-imports")

    def staffed(self, page: Page, path: str) -> None:
        """Name two people and give a mandate, unless that was done for another window."""
        page.goto(path)
        if page.get_by_text("还没有登记人员").count() == 0:
            return
        face = self.made.call("license", "show", self.made.license_id, "--json").value["face"]
        for role, name in (
            ("legal_representative", face["legal_representative"]),
            ("agent", "陈晨"),
        ):
            form = page.locator("form", has=page.locator('[name="document_number"]'))
            if not form.is_visible():
                page.locator("summary", has_text="登记人员").click()
            form.locator('[name="role"]').select_option(role)
            form.locator('[name="name"]').fill(name)
            form.locator('[name="document_number"]').fill(f"3501001990010100{len(role)}")
            form.get_by_role("button").click()
            expect(page.get_by_role("heading", name=name).first).to_be_visible()
        page.locator("summary", has_text="登记授权").click()
        form = page.locator("form", has=page.locator('[name="giver_id"]'))
        form.locator('[value="use_seal"]').check()
        form.locator('[name="matters"]').fill("bank-account-opening")
        form.locator('[name="uses"]').fill("20")
        form.get_by_role("button").click()
        expect(page.get_by_text("0 / 20")).to_be_visible()
