"""What the lesson's notebooks need: predictions to commit to, and answers that are checked.

The checkers of a notebook are plain functions in the module of its number, ``notebook1`` to
``notebook8``. They compute what is right; nothing here is imported by the rest of the package.
"""

from .checking import Hint, check
from .prediction import Prediction, beside

__all__ = ["Hint", "Prediction", "beside", "check"]
