"""Measurements, each a program of its own; none is a test."""
