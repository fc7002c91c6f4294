"""The convolutional network of Table 1: architecture, training, export and the classifier."""
