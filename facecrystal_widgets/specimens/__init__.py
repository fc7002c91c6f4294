"""Specimens of every kind, constructed here, with a known truth for each atom."""
