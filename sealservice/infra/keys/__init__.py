"""Private keys at rest and open. Only the signer process and the ceremony may import this."""
