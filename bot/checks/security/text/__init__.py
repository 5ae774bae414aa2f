"""Bytes to text, and text to values whose lines are known: JSON, TOML and YAML, each within bounds."""
