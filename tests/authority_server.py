"""The trust domain answering over real HTTP on the loopback, as the signer's listener does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from sealservice.api.authority import AuthorityServices, authority_router
from sealservice.limits import Limits
from tests.world_trust import PUBLIC_URL, TrustWorld


def application(world: TrustWorld) -> FastAPI:
    """Return the routes of a trust domain as an application of their own."""
    services = AuthorityServices(
        world.timestamps(), world.ocsp(), world.crls(), world.certificates, Limits(), PUBLIC_URL
    )
    app = FastAPI()
    app.state.services = services
    app.include_router(authority_router(services))
    return app


@contextmanager
def serving(app: object) -> Iterator[str]:
    """Serve an ASGI application on a free port; give its address."""
    # With the protocol named asyncio sets TCP_NODELAY; without, each answer waits 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # whoever comes before the server is up waits for it
        config = uvicorn.Config(app, lifespan="off", log_config=None)  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
