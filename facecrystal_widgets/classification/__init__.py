"""The verdict on a structure: class, probabilities, trust and caveats."""
