"""What is asked of Prometheus, one item a module."""
