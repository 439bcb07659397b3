"""Records: sealed documents stored once, locked, findable and fetched by version."""
