"""Seals: their artwork, making and life cycle; the intents and approvals to use one."""
