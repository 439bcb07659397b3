"""Verification: facts, judgement by a policy, a report that a clerk understands."""
