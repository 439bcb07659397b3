"""Through the wallet and the counter: a license goes into a phone, whatever the window's size."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.e2e.demonstrated import Demonstrated
from tests.pages.camera import Camera

NUMBER = "350100199001010020"
"""Of the document that the other walk named the license's head by."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class WalletWalk:
    """One way through the pages of activation and wallet."""

    camera: Camera
    browser: Browser
    url: str
    registrar: Any
    made: Demonstrated

    def all(self) -> None:
        """Go everywhere; the phone and the counter at the same time."""
        license_id = self.made.license_id
        people = self.made.call("--json", "mandate", "people", license_id).value
        head = next(one["id"] for one in people if one["role"] == "legal_representative")
        issue = ("--json", "activation", "issue", license_id, head, "--restore")
        url = self.made.call(*issue).value["url"]
        with (
            self.camera.page(self.browser, self.url, self.registrar) as desk,
            self.camera.page(self.browser, self.url) as phone,
        ):
            session = phone.context.new_cdp_session(phone)
            session.send("WebAuthn.enable")
            session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
            self.claimed(phone, url)
            self.confirmed(desk, phone.locator(".match strong").inner_text())
            self.enrolled(phone)
            self.wallet(phone)
            self.restored(desk, head)

    def at(self, page: Page, path: str, name: str) -> None:
        """Go to an address and take its picture."""
        page.goto(path)
        self.camera.take(page, name)

    def claimed(self, phone: Page, url: str) -> None:
        """Scan the code and press the button."""
        self.at(phone, "/w/login", "wallet-login")
        self.at(phone, url, "wallet-activate")
        phone.get_by_role("button", name="激活执照").click()
        expect(phone.locator(".match strong")).to_be_visible()
        self.camera.take(phone, "wallet-match")

    def confirmed(self, desk: Page, match: str) -> None:
        """Confirm at the counter."""
        self.at(desk, "/admin/activations", "wallet-counter")
        desk.locator(".rows a").first.click()
        desk.get_by_label("证件号码").fill(NUMBER)
        desk.get_by_label("手机上的核对码").fill(match)
        desk.get_by_role("checkbox").check()
        self.camera.take(desk, "wallet-confirm")
        desk.get_by_role("button", name="确认本人").click()
        expect(desk.get_by_text("已核验，待创建通行密钥")).to_be_visible()

    def enrolled(self, phone: Page) -> None:
        """Make the passkey."""
        expect(phone.get_by_role("heading", name="身份已核验")).to_be_visible(timeout=20_000)
        self.camera.take(phone, "wallet-passkey")
        phone.get_by_role("button", name="创建通行密钥").click()
        expect(phone.get_by_role("link", name="营业执照")).to_be_visible(timeout=20_000)
        self.camera.take(phone, "wallet-home")

    def wallet(self, phone: Page) -> None:
        """See everything in the wallet."""
        phone.get_by_role("link", name="营业执照").click()
        expect(phone.get_by_text("已登记。")).to_be_visible()
        self.camera.take(phone, "wallet-license")
        phone.get_by_role("link", name="查看与办理授权").click()
        phone.get_by_text("新增授权").click()
        window = self.camera.window
        phone.set_viewport_size({"width": window.width, "height": window.tallest})
        self.camera.take(phone, "wallet-mandates")
        phone.set_viewport_size({"width": window.width, "height": window.height})
        for tab in ("requests", "log", "devices"):
            self.at(phone, f"/w/{tab}", f"wallet-{tab}")

    def restored(self, desk: Page, head: str) -> None:
        """Ask for another code, and see the question before access is restored."""
        people = f"/admin/licenses/{self.made.license_id}/people"
        desk.goto(people)
        desk.locator(f'form[action="{people}/{head}/activation"] button').click()
        self.camera.take(desk, "wallet-restore")
        desk.get_by_role("checkbox").check()
        desk.get_by_role("button", name="冻结原有设备并签发新码").click()
        expect(desk.locator(".match strong")).to_be_visible()
        self.camera.take(desk, "wallet-code")
