"""Organisations, their staff and API keys: who may call, and as whom."""
