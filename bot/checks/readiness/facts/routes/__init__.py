"""The HTTP routes that the source declares, framework by framework."""
