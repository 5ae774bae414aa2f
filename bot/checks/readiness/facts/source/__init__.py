"""What the source code of a tree says: imports, calls, decorators, settings, with lines; comments never count."""
