"""A loop of its own for a test: one that Playwright left running may be in this thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(test: Coroutine[Any, Any, Result]) -> Result:
    """Its result."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, test).result()
