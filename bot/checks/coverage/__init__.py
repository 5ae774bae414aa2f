"""Coverage of the change, from the reports that the project's own tests wrote."""
