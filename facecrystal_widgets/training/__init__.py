"""Training: how a network learns from a pristine set."""
