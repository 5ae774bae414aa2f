"""Whether code runs in production: its file is loaded, its function is called, and no condition keeps it off."""
