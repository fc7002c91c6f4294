"""Make and test the attentive response maps.

Where in the diffraction image the network looks. They are drawn by
'facecrystal figures 5a 5b'.

examples:
  facecrystal attention templates
  facecrystal attention faithfulness --per-class 20
"""

from .options import Parser

run = None


def add_arguments(parser: Parser) -> None:
    """None: a topic must follow."""
