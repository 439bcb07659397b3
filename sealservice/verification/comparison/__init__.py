"""What changed between the signed revision and the newest one, by value and by place."""
