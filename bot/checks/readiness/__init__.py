"""Whether a repository is ready for production: one answer for each item of a list, with evidence."""
