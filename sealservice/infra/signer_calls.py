"""Ask the signer's listener, which is on the loopback interface or an inner network, at once."""

import httpx

from sealservice.limits import Limits
from sealservice.sealing.batch_errors import SignerAway

_CONNECTIONS = httpx.Limits(max_connections=16, max_keepalive_connections=8)


class HttpSignerNow:
    """Implements ``sealing.batch_ports.SignerNow``; connections are kept."""

    def __init__(self, signer_url: str, limits: Limits) -> None:
        self._client = httpx.Client(
            base_url=signer_url,
            timeout=limits.raw_seal_seconds,
            limits=_CONNECTIONS,
            trust_env=False,
        )

    def seal(self, batch_id: str, order_id: str, /) -> None:
        """Have an order of an approved list sealed; what became of it is in its row.

        Raises:
            SignerAway: there is no answer in time.
        """
        try:
            answer = self._client.post(f"/raw-seals/{batch_id}/{order_id}")
        except httpx.HTTPError as error:
            raise SignerAway from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise SignerAway
