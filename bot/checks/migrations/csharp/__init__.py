"""C# as syntax: types and their members, and the statements of their methods. Nothing of it is compiled or run."""
