"""A report as text, one module a format. All are pure: the same report gives the same text."""
