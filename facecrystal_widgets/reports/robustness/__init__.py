"""The report on any orientation and structures outside the classes."""
