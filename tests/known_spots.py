"""Where the brightest reflections of the four classes lie, from hand calculation."""

RADII = {
    "sc": {(0, 0, 1): 12.5, (0, 1, 1): 17.7, (1, 1, 1): 21.7},
    "bcc": {(0, 1, 1): 15.3, (0, 0, 2): 21.7, (1, 1, 2): 26.5},
    "fcc": {(1, 1, 1): 15.3, (0, 0, 2): 17.7, (0, 2, 2): 25.0},
    "diamond": {(1, 1, 1): 9.4, (0, 2, 2): 15.3, (1, 1, 3): 18.0, (0, 0, 4): 21.7},
}
"""Distance of the spots from the beam at [011], pixels: shared/facts.md."""
