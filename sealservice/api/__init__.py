"""The REST edge: parses requests, calls one feature service each, and maps errors to problems."""
