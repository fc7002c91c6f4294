"""The state of a page: inputs, the results computed from them, and the views that show both."""
