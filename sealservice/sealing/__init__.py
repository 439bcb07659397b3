"""Sealing: documents, orders, placement, the press, PAdES levels."""
