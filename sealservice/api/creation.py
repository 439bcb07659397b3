"""Create something once: a repeated request gets the first answer again.

1. The caller names an Idempotency-Key; it is kept per organisation.
2. While its first request is worked on, a second one is turned away (409).
3. The same request gets the kept answer; another request under the same key is refused (422).
4. What takes time (examining a PDF, the object store) is prepared first, without a connection to
   the database: slow requests do not keep others waiting for one.
5. Work and answer are one short transaction. A refusal keeps nothing: the corrected request may
   follow. A process that dies before it has made nothing, and the repeated request starts anew; of
   two processes that prepare the same, the second one repeats the first one's answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from sealservice.api.errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from sealservice.api.services import ApiServices, Services
from sealservice.kernel.actor import Actor
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.idempotency import StoredAnswer

Prepared = TypeVar("Prepared")

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
    status: int = 201
    """Changes of what exists already answer 200 when they are done, 202 when they are asked for."""


@dataclass(frozen=True, slots=True)
class Once:
    """One use of an Idempotency-Key."""

    services: ApiServices
    key: str
    operation: str
    """Method and path."""

    def run(self, actor: Actor, content: str | BaseModel, work: Callable[[], Created]) -> Response:
        """Do work that only writes rows, or repeat what was answered when it was done.

        ``content`` is what the caller sent, whatever of it makes one wish differ from another.

        Raises:
            IdempotencyKeyInFlight: the key's first request is being worked on.
            IdempotencyKeyReused: the key was used for another wish.
        """
        return self.run_prepared(actor, content, lambda: None, lambda _nothing: work())

    def run_prepared(
        self,
        actor: Actor,
        content: str | BaseModel,
        prepare: Callable[[], Prepared],
        work: Callable[[Prepared], Created],
    ) -> Response:
        """Do what ``run`` does, with a slow part before it that leaves no trace if it is lost.

        Raises:
            IdempotencyKeyInFlight: the key's first request is being worked on.
            IdempotencyKeyReused: the key was used for another wish.
        """
        sent = content if isinstance(content, str) else content.model_dump_json()
        fingerprint = sha256_hex(f"{self.operation}\n{sent}".encode())
        with self.services.keys_in_hand.taken(actor.organisation_id, self.key) as ours:
            if not ours:
                raise IdempotencyKeyInFlight
            with self.services.transaction():
                earlier = self._earlier(actor)
            if earlier is not None:
                return _repeated(earlier, fingerprint)
            prepared = prepare()
            return self._worked(actor, fingerprint, lambda: work(prepared))

    def _worked(self, actor: Actor, fingerprint: str, work: Callable[[], Created]) -> Response:
        store, organisation_id = self.services.idempotency, actor.organisation_id
        with (
            self.services.transaction(),
            store.claimed(organisation_id, self.key) as ours,
        ):
            if not ours:
                raise IdempotencyKeyInFlight
            earlier = self._earlier(actor)
            if earlier is not None:
                return _repeated(earlier, fingerprint)
            created = work()
            kept = (created.kept or created.body).model_dump_json().encode()
            answer = StoredAnswer(fingerprint, created.status, _JSON, kept, self.services.clock())
            store.keep(organisation_id, self.key, answer)
        return _response(created.body.model_dump_json().encode(), created.status)

    def _earlier(self, actor: Actor) -> StoredAnswer | None:
        oldest = self.services.clock() - timedelta(hours=self.services.limits.idempotency_hours)
        return self.services.idempotency.answer(actor.organisation_id, self.key, oldest)


def _repeated(earlier: StoredAnswer, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return _response(earlier.body, earlier.status)


def _response(body: bytes, status: int) -> Response:
    return Response(body, status, media_type=_JSON, headers={"Cache-Control": "no-store"})


def _once(request: Request, key: IdempotencyKey, services: Services) -> Once:
    return Once(services, key, f"{request.method} {request.url.path}")


OnceOnly = Annotated[Once, Depends(_once)]
