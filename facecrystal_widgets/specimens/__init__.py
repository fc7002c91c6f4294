"""Structures from the wild: specimens made here, whose truth is known atom by atom."""
