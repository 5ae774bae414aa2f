"""What a change adds to silence scanners."""
