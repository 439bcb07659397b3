"""The command line edge, one file per feature."""
