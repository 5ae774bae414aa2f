"""Python as syntax: files of a tree, parsed, and expressions of plain data."""
