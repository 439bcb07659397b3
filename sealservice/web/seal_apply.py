"""``/admin/seals/new`` and ``/admin/seals/{id}/remake``: apply for a seal, having seen it.

1. The button “look” shows the drawing, and what was found out about a picture that was brought;
   nothing is kept.
2. A picture becomes a seal only after its result was seen: the form carries the digest of what was
   shown. Whoever sends another one is shown that first.
3. A refusal stands above the form, which keeps what was typed; a body over the limit is an error
   page.
"""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Permission
from sealservice.kernel.errors import Refused, TryAgain
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.model import License, LicenseStatus
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import COLOUR_NAMES, Colour
from sealservice.seals.design import load_design
from sealservice.seals.findings import Finding, Imported
from sealservice.seals.kinds import DESIGNS
from sealservice.seals.lifecycle import grounds_of
from sealservice.seals.model import KIND_NAMES, Seal
from sealservice.web.failures import status_of
from sealservice.web.pages import is_partial, language_of, render
from sealservice.web.routing import PageRouter, PictureRoute
from sealservice.web.seal_forms import Draft, SealDraft, plausible_id
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter(PictureRoute)

_LICENSES: Final = 100
"""Offered for choice; of more, one comes here from the page of a license."""


@dataclass(frozen=True, slots=True)
class Result:
    """What would be made."""

    artwork: Artwork
    findings: tuple[Finding, ...] = ()
    is_unseen: bool = False
    """Whether somebody applied for it without having seen it."""

    @property
    def address(self) -> str:
        """Return the drawing as an address of its own."""
        return "data:image/svg+xml;base64," + b64encode(self.artwork.svg().encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class _Form:
    """One of the two pages, as it is shown again and again."""

    request: Request
    services: WebServices
    staff: SignedIn
    draft: SealDraft
    old: Seal | None = None
    """The seal whose place the new one takes."""

    def page(
        self, result: Result | None = None, refusal: Refused | TryAgain | None = None
    ) -> Response:
        """Show the form, or to a script only what became of it."""
        return render(
            self.request,
            "_seal_result.html" if is_partial(self.request) else "seal_apply.html",
            status_of(refusal) if refusal else 200,
            draft=self.draft,
            old=self.old,
            result=result,
            problem=refusal.to(language_of(self.request)) if refusal else None,
            **self._choices(),
        )

    def answer(
        self,
        show: Callable[[Artwork | None], Artwork],
        make: Callable[[Artwork | None], Seal],
    ) -> Response:
        """Show what would be made, or apply for it and go to it, or say what is wrong."""
        try:
            found = self._picture()
            picture = found.artwork if found else None
            unseen = picture is not None and picture.sha256 != self.draft.seen
            if self.draft.is_check or unseen:
                findings = found.findings if found else ()
                is_unseen = unseen and not self.draft.is_check
                return self.page(Result(show(picture), findings, is_unseen))
            made = make(picture)
        except (Refused, TryAgain) as refusal:
            return self.page(refusal=refusal)
        return RedirectResponse(f"/admin/seals/{made.id}", 303)

    def _picture(self) -> Imported | None:
        if not self.draft.is_pictured:
            return None
        colour = self.old.colour if self.old else self.draft.colour
        width = self.draft.width(self.services.limits)
        return self.services.seal_pictures.examine(
            self.staff.actor, self.draft.picture, width, colour
        )

    def _choices(self) -> dict[str, Any]:
        return {
            "licenses": self._licenses(),
            "kinds": KIND_NAMES,
            "colours": {colour: COLOUR_NAMES[colour] for colour in Colour},
            "designs": {kind: [load_design(name) for name in DESIGNS[kind]] for kind in DESIGNS},
            "maker": self.services.seals.maker_name,
        }

    def _licenses(self) -> list[License]:
        """Return the first licenses in force, and the chosen one wherever it stands."""
        actor, licenses = self.staff.actor, self.services.licenses
        known = {one.id: one for one in licenses.page(actor, None, _LICENSES)}
        chosen = self.draft.license_id
        if chosen and chosen not in known:
            with suppress(LicenseNotFound):
                known[chosen] = licenses.show(actor, chosen)
        return [one for one in known.values() if one.status is LicenseStatus.ACTIVE]


@router.get("/admin/seals/new")
def ask(
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: Annotated[str, Query(alias="license")] = "",
) -> Response:
    """Show the form, for a license that was chosen before or for one to be chosen."""
    staff.actor.require(Permission.SEALS_WRITE)
    return _Form(request, services, staff, SealDraft(plausible_id(license_id))).page()


@router.post("/admin/seals/new", dependencies=[OwnForm, SessionForm])
def apply(request: Request, services: Services, staff: SignedIn, draft: Draft) -> Response:
    """Show what the seal would look like, or apply for it."""
    actor, limits = staff.actor, services.limits
    actor.require(Permission.SEALS_WRITE)

    def show(picture: Artwork | None) -> Artwork:
        return services.seals.rehearse(actor, draft.license_id, draft.wish(picture, limits))[1]

    def make(picture: Artwork | None) -> Seal:
        return services.seals.apply(actor, draft.license_id, draft.wish(picture, limits))

    return _Form(request, services, staff, draft).answer(show, make)


@router.get("/admin/seals/{seal_id}/remake")
def ask_again(request: Request, services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show the form for the seal that takes another one's place."""
    staff.actor.require(Permission.SEALS_WRITE)
    old = services.seals.show(staff.actor, seal_id)
    draft = SealDraft(reason="", width_mm=f"{old.width_mm:g}")
    return _Form(request, services, staff, draft, old).page()


@router.post("/admin/seals/{seal_id}/remake", dependencies=[OwnForm, SessionForm])
def remake(
    request: Request, services: Services, staff: SignedIn, seal_id: str, draft: Draft
) -> Response:
    """Show what would take the seal's place, or have it made and show that one."""
    actor, limits = staff.actor, services.limits
    actor.require(Permission.SEALS_WRITE)
    old = services.seals.show(actor, seal_id)

    def show(picture: Artwork | None) -> Artwork:
        return picture or services.seals.successor(actor, seal_id)

    def make(picture: Artwork | None) -> Seal:
        grounds = grounds_of(draft.reason, limits, reference=draft.reference or None)
        return services.seals.remake(actor, seal_id, grounds, picture)

    form = _Form(request, services, staff, replace(draft, license_id=old.license_id), old)
    return form.answer(show, make)
