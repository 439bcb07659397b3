"""Matters: forms filled from a license face and an applicant's answers, ready to be sealed."""
