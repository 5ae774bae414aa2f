"""The items about tests: that there are some, that a pipeline runs them, and that a limit holds their coverage."""
