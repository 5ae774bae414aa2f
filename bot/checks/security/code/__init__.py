"""Faults in Python code, by ruff and bandit."""
