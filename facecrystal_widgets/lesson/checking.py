"""Checks of exercises, with hints that read the answer."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from IPython.display import display

EMPTY = (
    "Nothing to check yet: put your own answer in place of the dots, and run the cell again. "
    "A wrong answer costs nothing; it earns a hint."
)
BOX = (
    "padding: 8px 12px; margin: 4px 0; border-left: 5px solid {0}; border-radius: 4px; "
    "background: color-mix(in srgb, {0} 14%, transparent); line-height: 1.45; max-width: 72em;"
)
RIGHT, WRONG = "#009E73", "#E69F00"


class Hint(Exception):
    """Raised by a checker at a wrong answer: what to look at, in a sentence."""


def check(checker: Callable[[Any], str], answer: Any) -> None:
    """Show whether an answer is right, in a green box, or what to look at, in an orange one.

    Parameters
    ----------
    checker : returns a sentence (right, and why) or raises :class:`Hint`. Both may hold HTML,
        ``$formulas$``, ``**bold**`` and ```code```. Any other exception of it becomes a hint that
        names the type of the answer.
    answer : the student's own; None, ``...``, an empty text, array or container, and a container
        in which one of these is left, are answered without asking the checker.
    """
    if _is_empty(answer):
        _box(WRONG, "Your turn.", EMPTY)
        return
    try:
        sentence = checker(answer)
    except Hint as hint:
        _box(WRONG, "Not yet.", str(hint))
    except Exception as error:
        kind = f"An answer of type <code>{escape(type(answer).__name__)}</code>"
        problem = escape(f"{type(error).__name__}: {error}")
        _box(WRONG, "Not yet.", f"{kind} can't be checked here ({problem}). What was asked for?")
    else:
        _box(RIGHT, "Right.", sentence)


def _is_empty(answer: Any) -> bool:
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, dict):
        return not answer or any(map(_is_empty, answer.values()))
    if isinstance(answer, list | tuple | set):
        return not answer or any(map(_is_empty, answer))
    return getattr(answer, "size", None) == 0  # an array


def _box(colour: str, word: str, sentence: str) -> None:
    text = re.sub(r"`(.+?)`", r"<code>\1</code>", sentence)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    html = f'<div style="{BOX.format(colour)}" role="status"><b>{word}</b> {text}</div>'
    display({"text/html": html, "text/plain": f"{word} {sentence}"}, raw=True)
