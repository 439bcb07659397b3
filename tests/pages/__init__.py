"""Photographs of every page, for docs/pages.md: ``make pages``."""
