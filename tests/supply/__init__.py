"""What we take from others: licenses, bill of materials, known vulnerabilities."""
