"""Keys and what others may believe of them: certificates, trusted time, revocation."""
