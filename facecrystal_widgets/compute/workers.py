"""How many processes a batch uses, or which cluster."""

from dataclasses import dataclass

KEPT = "what was finished is kept, run the command again"


class BatchError(RuntimeError):
    """Work that could not go on, in words; what was yielded before it is complete."""


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Attributes
    ----------
    jobs : processes on this machine, -1 for one on each core, 1 for this process alone.
    cluster : address of a Dask scheduler, such as ``tcp://host:8786``; then `jobs` has no say.
    """

    jobs: int = -1
    cluster: str | None = None


HERE = Workers(1)
EVERY_CORE = Workers()
