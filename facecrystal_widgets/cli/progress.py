"""A progress bar with the time left, on a terminal only."""

from collections.abc import Callable, Iterable
from typing import Any


def progress_bar(total: int, unit: str) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """Wraps an iterator of `total` items."""
    from tqdm import tqdm

    return lambda items: tqdm(items, total=total, unit=f" {unit}", disable=None)
