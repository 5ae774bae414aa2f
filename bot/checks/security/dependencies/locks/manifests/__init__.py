"""Manifests: what a project asks for, by ranges, before a package manager locks it. Read as text, never run."""
