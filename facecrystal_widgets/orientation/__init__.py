"""Orientation of a crystal's cube axes, and trust that it is of one of the classes at all."""
