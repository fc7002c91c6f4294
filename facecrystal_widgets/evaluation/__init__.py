"""What the paper did with its network, done again: evaluation, order and disorder."""
