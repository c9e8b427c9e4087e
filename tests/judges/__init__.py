"""Outside judges: oracles that read what the product wrote and share no code with it."""
