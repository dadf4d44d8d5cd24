"""The rows of a Report outside of the screen: the same numbers, cell for cell."""
