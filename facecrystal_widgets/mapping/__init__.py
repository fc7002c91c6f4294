"""Local maps: class, orientation and trust from place to place in a large structure."""
