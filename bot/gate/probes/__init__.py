"""What is asked of the service itself, one item a module."""
