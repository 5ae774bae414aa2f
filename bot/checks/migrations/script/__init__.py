"""TypeScript and JavaScript as syntax: expressions as values, and modules with what they import. Nothing is run."""
