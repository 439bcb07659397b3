"""The background edge: what the queue calls, one file per feature."""
