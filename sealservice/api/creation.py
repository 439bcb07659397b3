"""Create something once: a repeated request gets the first answer again.

1. The caller names an Idempotency-Key; it is kept per organisation.
2. While its first request is worked on, a second one is turned away (409).
3. The same request gets the kept answer; another request under the same key is refused (422).
4. Work and answer are one transaction. A refusal keeps nothing: the corrected request may follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from sealservice.api.errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from sealservice.api.services import ApiServices, Services
from sealservice.kernel.actor import Actor
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.idempotency import StoredAnswer

_JSON: Final = "application/json"
HEADER: Final = "Idempotency-Key"

IdempotencyKey = Annotated[
    str,
    Header(
        alias=HEADER,
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="A value that is unique to this wish, e.g. a UUID. Send the same one again "
        "after a lost answer: nothing is done twice, and the first answer is repeated.",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]


@dataclass(frozen=True, slots=True)
class Created:
    """What a creating operation has made."""

    body: BaseModel
    kept: BaseModel | None = None
    """What a repetition is told instead, when the body holds a secret that is shown once."""


@dataclass(frozen=True, slots=True)
class Once:
    """One use of an Idempotency-Key."""

    services: ApiServices
    key: str
    operation: str
    """Method and path."""

    def run(self, actor: Actor, content: str | BaseModel, work: Callable[[], Created]) -> Response:
        """Do the work, or repeat what was answered when it was done.

        ``content`` is what the caller sent, whatever of it makes one wish differ from another.

        Raises:
            IdempotencyKeyInFlight: the key's first request is being worked on.
            IdempotencyKeyReused: the key was used for another wish.
        """
        sent = content if isinstance(content, str) else content.model_dump_json()
        fingerprint = sha256_hex(f"{self.operation}\n{sent}".encode())
        store, organisation_id = self.services.idempotency, actor.organisation_id
        with (
            self.services.transaction(),
            store.claimed(organisation_id, self.key) as ours,
        ):
            if not ours:
                raise IdempotencyKeyInFlight
            now = self.services.clock()
            oldest = now - timedelta(hours=self.services.limits.idempotency_hours)
            earlier = store.answer(organisation_id, self.key, oldest)
            if earlier is not None:
                return _repeated(earlier, fingerprint)
            created = work()
            kept = (created.kept or created.body).model_dump_json().encode()
            answer = StoredAnswer(fingerprint, 201, _JSON, kept, now)
            store.keep(organisation_id, self.key, answer)
        return _response(created.body.model_dump_json().encode(), 201)


def _repeated(earlier: StoredAnswer, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return _response(earlier.body, earlier.status)


def _response(body: bytes, status: int) -> Response:
    return Response(body, status, media_type=_JSON, headers={"Cache-Control": "no-store"})


def _once(request: Request, key: IdempotencyKey, services: Services) -> Once:
    return Once(services, key, f"{request.method} {request.url.path}")


OnceOnly = Annotated[Once, Depends(_once)]
