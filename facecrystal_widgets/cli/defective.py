"""Build the defective set that tests the network.

The pristine structures with each of the paper's thirteen defects in turn:
vacancies, displacements, binary and ternary substitutions; 82,485 structures,
1.0 GB in work/defective. The same command goes on where it was interrupted.

examples:
  facecrystal dataset defective
  facecrystal dataset defective --size 100 -o work/small-defective
  facecrystal dataset defective --cluster tcp://host:8786
"""

from .dataset import add_arguments, run

__all__ = ["add_arguments", "run"]
