"""Exercises of the notebooks: predictions to commit to, and answers that are checked.

Each notebook has a module with the physics of its exercises, what is revealed, and one checker per
exercise: a function of the student's answer that returns a sentence or raises a :class:`Hint`.
"""

from .checking import Hint, check
from .prediction import Prediction, beside, markdown_table

__all__ = ["Hint", "Prediction", "beside", "check", "markdown_table"]
