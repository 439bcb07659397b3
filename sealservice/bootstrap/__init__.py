"""Hand-written wiring: who gets what, one builder for each kind of process."""
