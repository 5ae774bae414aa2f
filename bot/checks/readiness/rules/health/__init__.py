"""The items about health: an endpoint that something asks, and what it asks itself."""
