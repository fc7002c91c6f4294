"""How many processes a batch uses, or which cluster."""

from dataclasses import dataclass

KEPT = "what was finished is kept, run the command again"


class BatchError(RuntimeError):
    """Work that could not continue; what was yielded before is complete."""


@dataclass(frozen=True)
class Workers:
    """Where work is done.

    Attributes
    ----------
    jobs : processes on this machine, -1 for one on each core, 1 for this process alone.
    cluster : address of a Dask scheduler, such as ``tcp://host:8786``; then `jobs` does not count.
    """

    jobs: int = -1
    cluster: str | None = None


HERE = Workers(1)
"""This process."""
EVERY_CORE = Workers()
