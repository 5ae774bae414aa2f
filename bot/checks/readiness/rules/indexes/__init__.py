"""Whether the columns that tables are joined by have an index."""
