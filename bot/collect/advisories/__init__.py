"""Where advisories come from: OSV's service, with pip-audit as a second opinion on Python, and folders."""
