"""The sample that warms the process behind the sandbox."""

from sealservice.verification.rehearsal import rehearse


def test_sample_is_valid() -> None:
    """A whole examination is rehearsed, not one that ends early."""
    assert rehearse() == "valid"
