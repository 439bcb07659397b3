"""Where private keys are kept; only the signer process may import this."""
