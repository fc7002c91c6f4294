"""Databases that speak OPTIMADE v1: addresses, downloads, documents and their entries."""
