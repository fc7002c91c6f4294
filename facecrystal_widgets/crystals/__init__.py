"""Crystals and the clusters made of them."""
