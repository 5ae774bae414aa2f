"""The items about images and Compose."""
