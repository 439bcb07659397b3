"""E-licenses: face data by entity type, credit codes, holders and their keys."""
