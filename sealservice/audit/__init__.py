"""The append-only log of facts: what happened, who did it, to what."""
