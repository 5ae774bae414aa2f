"""What is new: the findings of two revisions, compared."""
