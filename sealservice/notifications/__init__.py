"""Signed notices of what changed, sent to the addresses that organisations name (webhooks)."""
