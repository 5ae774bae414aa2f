"""Dependencies that the change adds or moves to another version, and what is known against them."""
