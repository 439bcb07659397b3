"""Words shared by every feature: texts, errors, ids, digests, clock, actor, audit vocabulary."""
