"""Go source as syntax: what packages declare, and what their expressions come to. Parsed with tree-sitter."""
