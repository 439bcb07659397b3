"""Hostile input for whatever reads what strangers send: `make fuzz`, and quickly in tests."""
