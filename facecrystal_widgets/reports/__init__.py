"""Reports and figures for people to read."""
