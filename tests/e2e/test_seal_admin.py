"""The pages of seals in a real browser, at the width of a desk and of a phone."""

import pytest

from sealservice.identity.model import Role
from tests.e2e.conftest import Served, Watched, apart
from tests.e2e.test_pages import check, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh", "en"])
def test_seal_administration_is_accessible(watched: Watched, served: Served, language: str) -> None:
    """List and seal, with an action opened, are accessible, fit, and break no rule of ours."""
    known = served.world.seals.page(served.world.ours.id, None, 1)
    seal = known[0] if known else apart(lambda: served.world.seal(served.world.ours))
    sign_in(served, watched.page, Role.ADMINISTRATOR)
    watched.page.goto(f"/admin/seals?lang={language}")
    check(watched)
    watched.page.goto(f"/admin/seals/{seal.id}")
    watched.page.locator("details summary").first.click()
    check(watched)
