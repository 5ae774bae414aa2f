"""Programs of the release, not part of the distribution."""
