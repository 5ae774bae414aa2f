"""Migrations that the change needs and lacks, and what is wrong with those it brings."""
