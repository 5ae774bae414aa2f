"""From the outside world to a `Change`: git, the event, the engines."""
