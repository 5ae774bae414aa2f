"""Notes on dependencies: what no advisory speaks of and a reviewer wants to see. None of them fails an item."""
