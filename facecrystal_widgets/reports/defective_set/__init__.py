"""The report on the defective set."""
