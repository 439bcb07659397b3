"""A license on its way into a phone: registry's desk and holder's phone, two browsers at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from sealservice.identity.model import Role
from sealservice.kernel.actor import operator
from sealservice.licenses.persons import HolderRole
from tests.e2e.conftest import SIZES, Served, Watched, apart
from tests.e2e.test_license_pages import _registered
from tests.e2e.test_pages import check, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.security]

NUMBER = "350102199001011234"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Device:
    """A browser window with an authenticator."""

    watched: Watched
    cdp: CDPSession
    authenticator: str

    @property
    def page(self) -> Page:
        """Return its page."""
        return self.watched.page

    def verifies(self, *, user: bool) -> None:
        """Have the next user be verified, or not."""
        told = {"authenticatorId": self.authenticator, "isUserVerified": user}
        self.cdp.send("WebAuthn.setUserVerified", told)

    def credentials(self) -> int:
        """Return how many passkeys it holds."""
        told = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return len(told["credentials"])


def _device(context: BrowserContext) -> Device:
    page = context.new_page()
    watched = Watched(page)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return Device(watched, cdp, made["authenticatorId"])


def _opened(browser: Browser, served: Served, size: str) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        base_url=served.url, viewport={"width": width, "height": height}, locale="zh-CN"
    )


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Device]:
    """Give the registry's window."""
    context = _opened(browser, served, "desktop")
    yield _device(context)
    context.close()


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Device]:
    """Give the holder's phone."""
    context = _opened(browser, served, "phone")
    yield _device(context)
    context.close()


def test_staff_enrol_by_a_link_and_sign_in_with_the_passkey(desk: Device, served: Served) -> None:
    """An unverified user enrols nothing; a verified one does, and signs in again without a link."""
    page = desk.page
    link = served.world.identity.signin_link(served.world.ours.id, name="陈静")
    page.goto(f"/login/{link}")
    check(desk.watched)
    desk.verifies(user=False)
    page.get_by_role("button", name="创建通行密钥").click()
    expect(page.get_by_role("alert")).to_be_visible()
    desk.verifies(user=True)
    page.get_by_role("button", name="创建通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈静")
    page.get_by_role("button", name="退出").click()
    page.goto("/login")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈静")
    assert desk.credentials() == 1


def _issued(page: Page) -> str:
    """Issue a code and return it."""
    page.get_by_role("button", name="签发激活码").first.click()
    code = page.locator(".match strong")
    expect(code).to_be_visible()
    return code.inner_text()


def test_license_goes_into_a_phone(desk: Device, phone: Device, served: Served) -> None:
    """Issue, claim, refuse a wrong document, confirm, enrol; the wallet's head gives mandates."""
    license_id = apart(lambda: _registered(served, 7_001))
    world = served.world
    name = apart(lambda: world.licenses.get(world.ours.id, license_id)).representative  # type: ignore[union-attr]
    sign_in(served, desk.page, Role.REGISTRAR)
    apart(lambda: _named(served, license_id, HolderRole.LEGAL_REPRESENTATIVE, name, NUMBER))
    desk.page.goto(f"/admin/licenses/{license_id}/people")
    check(desk.watched)
    code = _issued(desk.page)
    check(desk.watched)
    _claim(phone, code)
    match = phone.page.locator(".match strong").inner_text()
    desk.page.get_by_role("link", name="去核验身份").click()
    _confirm(desk.page, "110101197001010011", match)
    expect(desk.page.get_by_role("alert")).to_contain_text("不符")
    check(desk.watched)
    _confirm(desk.page, NUMBER, match)
    expect(desk.page.get_by_text("已核验，待创建通行密钥")).to_be_visible()
    check(desk.watched)
    _enrol(phone)
    _look_around(phone)
    apart(lambda: _named(served, license_id, HolderRole.AGENT, "林晓"))
    _give_and_revoke(phone)
    _sign_in_again(phone)
    desk.page.reload()
    expect(desk.page.get_by_text("已激活")).to_be_visible()
    _restore(desk, phone, license_id)


def _named(
    served: Served, license_id: str, role: HolderRole, name: str, number: str = "350102199202020022"
) -> None:
    from sealservice.licenses.naming import PersonNamed  # noqa: PLC0415 - of this step only

    registrar = operator("registrar", served.world.ours.id)
    served.world.person_service.name(registrar, license_id, PersonNamed(role, name, number))


def _claim(phone: Device, code: str) -> None:
    """Type a wrong code, then open the address of the QR code; what comes after # is not sent."""
    page = phone.page
    page.goto("/w")
    expect(page.get_by_role("heading", name="登录钱包")).to_be_visible()
    check(phone.watched)
    page.get_by_role("link", name="激活执照").click()
    check(phone.watched)
    page.get_by_label("激活码").fill("0000-0000-0000-0000")
    page.get_by_role("button", name="激活执照").click()
    expect(page.get_by_role("alert")).to_contain_text("激活码不正确")
    check(phone.watched)
    page.goto("/w/login")
    page.goto(f"/w/activate#{code}")
    expect(page.get_by_label("激活码")).to_have_value(code)
    page.get_by_role("button", name="激活执照").click()
    expect(page.get_by_role("heading", name="请到窗口核验身份")).to_be_visible()
    check(phone.watched)


def _confirm(page: Page, number: str, match: str) -> None:
    page.get_by_label("证件号码").fill(number)
    page.get_by_label("手机上的核对码").fill(match)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="确认本人").click()


def _enrol(phone: Device) -> None:
    page = phone.page
    expect(page.get_by_role("heading", name="身份已核验")).to_be_visible(timeout=15_000)
    check(phone.watched)
    page.get_by_role("button", name="创建通行密钥").click()
    expect(page.get_by_role("link", name="营业执照")).to_be_visible()
    check(phone.watched)


def _look_around(phone: Device) -> None:
    """See the license and the other tabs; the browser's key is registered by itself."""
    page = phone.page
    page.get_by_role("link", name="营业执照").click()
    expect(page.get_by_text("已登记。")).to_be_visible()
    check(phone.watched)
    page.reload()
    expect(page.get_by_text("已登记。")).to_be_visible()
    for tab, heading in (("待办", "待办"), ("记录", "用照记录"), ("设备", "设备")):
        page.locator("nav.bottom").get_by_role("link", name=tab).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        check(phone.watched)
    page.goto("/w?lang=en")
    check(phone.watched)
    page.goto("/w?lang=zh")


def _give_and_revoke(phone: Device) -> None:
    """Give a mandate for nothing, which is refused and kept; unverified; then one; revoke it."""
    page = phone.page
    page.goto("/w")
    page.get_by_role("link", name="营业执照").click()
    page.get_by_role("link", name="查看与办理授权").click()
    page.get_by_text("新增授权").click()
    check(phone.watched)
    page.get_by_label("事项编码").fill("tax-7")
    page.get_by_role("button", name="确认授权").click()
    expect(page.get_by_role("alert")).to_contain_text("“授权事务”为空")
    expect(page.get_by_label("事项编码")).to_have_value("tax-7")
    page.get_by_label("用印").check()
    phone.verifies(user=False)
    page.get_by_role("button", name="确认授权").click()
    expect(page.get_by_role("alert").last).to_contain_text("尚未授权")
    check(phone.watched)
    phone.verifies(user=True)
    page.get_by_role("button", name="确认授权").click()
    mandate = page.get_by_role("article", name="林晓")
    expect(mandate).to_contain_text("有效")
    mandate.locator("summary").click()
    mandate.get_by_label("原因").fill("项目结束")
    check(phone.watched)
    mandate.get_by_role("button", name="撤销授权").click()
    expect(mandate).to_contain_text("已撤销")
    expect(mandate).to_contain_text("项目结束")
    check(phone.watched)


def _sign_in_again(phone: Device) -> None:
    page = phone.page
    page.goto("/w/devices")
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("link", name="营业执照")).to_be_visible()


def _restore(desk: Device, phone: Device, license_id: str) -> None:
    """Issuing again asks first; restoring signs the phone out, and its passkey is frozen."""
    desk.page.goto(f"/admin/licenses/{license_id}/people")
    desk.page.get_by_role("button", name="签发激活码").first.click()
    expect(desk.page.get_by_role("alert")).to_contain_text("已开通")
    check(desk.watched)
    desk.page.get_by_role("checkbox").check()
    desk.page.get_by_role("button", name="冻结原有设备并签发新码").click()
    expect(desk.page.locator(".match strong")).to_be_visible()
    phone.page.goto("/w")
    expect(phone.page.get_by_role("heading", name="登录钱包")).to_be_visible()
    phone.page.get_by_role("button", name="用通行密钥登录").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("已冻结")


def test_wallet_can_be_installed(phone: Device) -> None:
    """Manifest and icons are there, and the service worker keeps static files and no page."""
    page = phone.page
    page.goto("/w/login")
    manifest = page.evaluate("fetch('/w/manifest.webmanifest').then(answer => answer.json())")
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/w")
    sizes = [page.request.get(icon["src"]).status for icon in manifest["icons"]]
    assert sizes == [200, 200]
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    kept = page.evaluate(
        "caches.open('wallet-static-v1').then(cache => cache.keys())"
        ".then(keys => keys.map(key => new URL(key.url).pathname))"
    )
    assert kept
    assert all(path.startswith("/static/") for path in kept)
