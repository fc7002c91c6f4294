"""Attentive response maps (Figure 5): where in the image the network looks.

In NumPy, from the shipped weights, without TensorFlow; a reference in TensorFlow is in the tests.
"""
