"""Faults in Dockerfiles, by hadolint."""
