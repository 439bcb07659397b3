"""Adapters to everything outside: SQL, S3, key stores, HTTP clients, sandboxes for PDF parsing."""
