"""Voila and JupyterLab."""
