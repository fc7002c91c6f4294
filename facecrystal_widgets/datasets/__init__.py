"""Pristine and defective datasets (Methods, "Dataset")."""
