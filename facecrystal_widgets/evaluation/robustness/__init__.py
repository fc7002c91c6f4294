"""Any orientation, and structures outside the classes."""
