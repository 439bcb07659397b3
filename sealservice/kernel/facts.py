"""The audit vocabulary: one word for each kind of fact, ``source:subject:action``."""

from enum import StrEnum


class Fact(StrEnum):
    """Something that happened and must never be forgotten."""

    ORGANISATION_CREATED = "identity:organisation:created"
    STAFF_CREATED = "identity:staff:created"
    SIGNIN_LINK_CREATED = "identity:signin_link:created"
    STAFF_SIGNED_IN = "identity:staff:signed_in"
    STAFF_SIGNED_OUT = "identity:staff:signed_out"
    API_KEY_CREATED = "identity:api_key:created"
    API_KEY_REVOKED = "identity:api_key:revoked"
    CEREMONY_PERFORMED = "trust:ceremony:performed"
    KEY_GENERATED = "trust:key:generated"
    CERTIFICATE_ISSUED = "trust:certificate:issued"
    CERTIFICATE_REVOKED = "trust:certificate:revoked"
    LICENSE_REGISTERED = "licenses:license:registered"
    HOLDER_ENROLLED = "licenses:holder:enrolled"
    SEAL_APPLIED = "seals:seal:applied"
    SEAL_ACTIVATED = "seals:seal:activated"
    SEAL_MAKING_FAILED = "seals:seal:making_failed"
    DOCUMENT_STORED = "sealing:document:stored"
    ORDER_PLACED = "sealing:order:placed"
    ORDER_APPROVED = "sealing:order:approved"
    INTENT_COMMITTED = "sealing:intent:committed"
    SEAL_USED = "sealing:seal:used"
    ORDER_COMPLETED = "sealing:order:completed"
    ORDER_FAILED = "sealing:order:failed"
    RECORD_ARCHIVED = "archive:record:archived"
    RECORD_FETCHED = "archive:record:fetched"
