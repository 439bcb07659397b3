"""The numbers of sealed receipts; apart from typesetting, which takes long to import."""


def receipt_number(number: int) -> str:
    """Return how a receipt's number is written."""
    return f"VR-{number:08d}"
