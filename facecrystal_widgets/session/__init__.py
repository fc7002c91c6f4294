"""The state of a page."""
