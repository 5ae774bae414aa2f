"""Programs of the release and of the documentation, not part of the distribution."""
