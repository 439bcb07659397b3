"""Limits: every outside number has its bound here.

An installation changes them by ``SEALSERVICE_LIMITS``, see ``config``.
"""

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of an installation, with what is usual."""

    document_bytes: int = 50 * MEBIBYTE
    """Largest PDF accepted for sealing."""
    verified_bytes: int = 200 * MEBIBYTE
    """Largest PDF that is verified."""
    verified_signatures: int = 1_000
    """Most signatures that are judged in one file."""
    verified_revisions: int = 2_000
    """Most revisions of a file that is verified."""
    document_pages: int = 2_000
    """Most pages a document may have."""
    impressions: int = 1_000
    """Most places in which one order may show seals, straddling slices included."""
    picture_pixels: int = 16_000_000
    """Most pixels of the picture of a page; a larger one is made smaller."""
    picture_width_px: int = 4_000
    """Widest picture of a page."""
    order_places: int = 50
    """Most places that the page for placing seals lets one ask for in an order."""
    seal_picture_bytes: int = 10 * MEBIBYTE
    """Largest picture of a seal that is imported."""
    seal_picture_pixels: int = 40_000_000
    """Most pixels such a picture may have: an A4 page at 600 dpi."""
    seal_svg_bytes: int = 1 * MEBIBYTE
    """Largest such picture that is an SVG document; reading ten times as much takes a minute."""
    seal_drawing_bytes: int = 256 * 1024
    """Largest drawing made of an imported SVG."""
    seal_width_mm_least: float = 5.0
    """Least width of an imported seal."""
    seal_width_mm: float = 60.0
    """Greatest width, and height, of an imported seal."""
    kept_report_bytes: int = 16 * MEBIBYTE
    """Largest report that is kept, all its forms together."""
    second_opinion_percent: int = 5
    """Share of the records that the checker asks other programs about."""
    second_opinion_days: int = 30
    """How old a record may be for that."""
    second_opinion_pause: float = 60.0
    """Seconds between two rounds of the checker."""
    second_opinion_seconds: float = 120.0
    """How long another program may take for one file."""
    second_opinion_bytes: int = 4 << 30
    """Address space of another program."""
    import_bytes: int = 48 * MEBIBYTE
    """Largest file of licenses that is imported."""
    import_rows: int = 100_000
    """Most licenses that one file may hold."""
    body_bytes: int = 1 * MEBIBYTE
    """Largest request body that is not a document."""
    sandbox_bytes: int = 1_536 * MEBIBYTE
    """Address space of a child process that parses or renders a PDF."""
    sandbox_seconds: int = 60
    """Wall and CPU time of such a child."""
    sandbox_result_bytes: int = 128 * MEBIBYTE
    """Largest result accepted from such a child."""
    sandbox_children: int = 4
    """Most such children of one process at work at once."""
    timestamp_skew_seconds: int = 60
    """How far the time in a timestamp may be from our own clock."""
    timestamp_unit_seconds: float = 600.0
    """How long the certificates of a time-stamping unit that were validated need not be again."""
    timestamps_per_second: float = 100.0
    """Most time stamps asked of one external authority in a second; more go to the next one."""
    timestamp_aside_seconds: float = 30.0
    """How long an authority that gave no token is asked only after all others."""
    timestamp_lag_seconds: float = 86_400.0
    """Longest from the claimed time of a signature to its timestamp; so long an order waits."""
    renewal_days: int = 90
    """How long before the certificates of a record's last timestamp end it gets another one."""
    renewal_page: int = 100
    """Records that are looked up at once to be renewed."""
    status_seconds: float = 300.0
    """How long a proven status of a time-stamping unit, and of authorities, is relied on."""
    revocation_wait_seconds: float = 3.0
    """How long to wait for an OCSP answer that is not older than the signature timestamp."""
    timestamp_query_bytes: int = 4_096
    """Largest RFC 3161 request the TSA reads."""
    ocsp_request_bytes: int = 4_096
    """Largest OCSP request the responder reads."""
    token_wait_seconds: float = 15.0
    """How long a call into a PKCS#11 token waits for the calls before it."""
    http_seconds: float = 10.0
    """Time-out of one call to a TSA, OCSP responder or CRL distribution point."""
    http_connections: int = 16
    """Most connections to one such authority at a time; further calls wait for their turn."""
    http_kept_seconds: float = 4.0
    """How long an unused one is kept: less than the five seconds after which many servers close."""
    store_seconds: float = 30.0
    """Longest silence of the object store in the middle of a call."""
    http_response_bytes: int = 256 * 1024
    """Largest answer accepted from one."""
    fetch_seconds: float = 4.0
    """Time-out of one call for the status of somebody else's certificate."""
    fetch_all_seconds: float = 8.0
    """Longest time that all such calls for one look at a file may take; then no more are made."""
    fetch_bytes: int = 8 * MEBIBYTE
    """Largest answer accepted from such a call: large authorities have long revocation lists."""
    batch_documents: int = 10_000
    """Most documents of one list that is approved as a whole."""
    event_streams: int = 64
    """Most streams of progress that one process keeps open."""
    event_streams_each: int = 16
    """Most of these that one organisation has open."""
    event_stream_seconds: float = 120.0
    """Longest life of one; the client then asks again."""
    raw_seal_seconds: float = 30.0
    """How long a program that has a document sealed at once waits for the signer."""
    batch_hours: int = 12
    """How long such a list waits for its approval; less than a timestamp may lag behind /M."""
    approval_minutes: int = 30
    """How long an order waits for its approval."""
    signin_link_minutes: int = 15
    """How long a one-time sign-in link works."""
    attempts: int = 30
    """Most failures to sign in or to activate, from one address in one period."""
    attempts_minutes: int = 15
    """Length of such a period."""
    passkeys: int = 20
    """Most passkeys in use that one person has."""
    passkey_challenge_seconds: int = 300
    """How long a passkey's challenge waits for its answer."""
    activation_hours: int = 72
    """How long an activation code of a license works."""
    activation_minutes: int = 60
    """How long, once a phone has taken it, until the person is confirmed and has enrolled."""
    activation_codes: int = 10
    """Wrong codes after which an activation is over."""
    session_hours: int = 8
    """How long a staff session lasts."""
    api_key_days: int = 90
    """How long an API key works when nothing else is said."""
    api_key_days_greatest: int = 366
    """Longest time an API key may be given."""
    bodies_bytes: int = 512 * MEBIBYTE
    """Request bodies that the web process takes in at once, all together."""
    head_seconds: float = 10.0
    """Longest time until the head of a request is complete."""
    body_idle_seconds: float = 10.0
    """Longest pause inside a request body."""
    body_seconds: float = 300.0
    """Longest time a request body may take altogether."""
    idempotency_hours: int = 24
    """How long an answer is kept for its Idempotency-Key."""
    order_signatures: int = 20
    """Most signatures one sealing order makes."""
    reason_letters: int = 200
    """Longest reason that somebody gives for what is done to a seal or a license."""
    credential_days: int = 30
    """How long a credential of a license is good; the wallet then fetches another."""
    webhook_endpoints: int = 20
    """Most webhook endpoints of an organisation."""
    webhook_days: int = 90
    """How long a webhook delivery that is over is kept."""
    license_administrators: int = 5
    """Most administrators a license has at a time (证照管理员)."""
    mandate_chain: int = 4
    """Most mandates in a chain, each given out of the one before."""
    mandate_names: int = 100
    """Most matters, seals or relying parties that a mandate names."""
    mandate_uses: int = 1_000_000
    """Greatest number of uses that a mandate is limited to."""
    mandate_days: int = 1_830
    """Longest time for which a mandate is given: five years."""
    ending_hours: int = 24
    """How long a request to end a license waits for a second person."""
    warning_days: int = 30
    """How long before its end a mandate or license is warned of."""
    name_letters: int = 60
    """Longest name of a person."""
    document_number_letters: int = 40
    """Longest number of an identity document."""
    reference_letters: int = 100
    """Longest reference to a paper, and longest filing number."""
    seal_line_letters: int = 60
    """Longest text that tells a seal from others of its kind."""
    signature_bytes: int = 16 * 1024
    """Bytes reserved for the CMS of a seal signature or document timestamp."""
    press_sections: int = 500
    """Most cross-reference sections that the fast press follows; one for each revision."""
    press_subsections: int = 5_000
    """Most subsections of these, all together."""
    press_work: int = 8 * MEBIBYTE
    """Bytes of objects that it reads, and steps it takes to find them, all together."""
    press_object_bytes: int = 1 * MEBIBYTE
    """Largest object that it reads."""
    press_unpacked_bytes: int = 32 * MEBIBYTE
    """What it decompresses of one document, all together."""
    press_depth: int = 50
    """Levels of the page tree, and of values nested in one object."""
