"""The variables of the environment: which the code requires, and where the tree gives them."""
