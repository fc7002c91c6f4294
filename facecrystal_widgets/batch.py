"""Batch work: many independent calls, on this machine or on a cluster, in order, in bounded memory.

joblib runs them: in processes here, or, where an address is given, on a Dask cluster. What comes
out does not depend on where it was computed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

Result = TypeVar("Result")
CHUNK = 64
"""Tasks given out to each worker at a time: as many results may wait to be fetched."""
CONNECT_SECONDS = 10


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


def stream(
    function: Callable[..., Result], tasks: Iterable[tuple[Any, ...]], workers: Workers = EVERY_CORE
) -> Iterator[Result]:
    """Yield ``function(*task)`` for every task, in order.

    Parameters
    ----------
    function : importable by the workers.
    tasks : tuples of arguments; taken as they are needed, so there may be any number of them.

    Raises
    ------
    BatchError
        if the cluster cannot be reached or is lost, or a worker dies.

    >>> list(stream(pow, ((2, n) for n in range(4)), HERE))
    [1, 2, 4, 8]
    """
    tasks = iter(tasks)
    if workers.cluster is None and workers.jobs == 1:
        for task in tasks:
            yield function(*task)
        return
    from joblib import Parallel, cpu_count, delayed

    with _backend(workers), Parallel(n_jobs=workers.jobs, return_as="generator") as parallel:
        number = CHUNK * (parallel.n_jobs if parallel.n_jobs > 0 else cpu_count())
        while chunk := list(islice(tasks, number)):
            yield from parallel(delayed(function)(*task) for task in chunk)


@contextmanager
def _backend(workers: Workers) -> Iterator[None]:
    """Errors of the processes or of the cluster in our words."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        if workers.cluster is None:
            yield
        else:
            with _dask(workers.cluster):
                yield
    except TerminatedWorkerError as error:
        raise BatchError(
            "a worker process was killed, perhaps for want of memory; what was finished is kept, "
            "run the command again, with fewer --jobs if need be"
        ) from error


@contextmanager
def _dask(address: str) -> Iterator[None]:
    from joblib import parallel_config

    try:
        from distributed import Client, KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise BatchError(
            "a cluster needs Dask; install it with: pip install 'facecrystal_widgets[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TypeError) as error:
        raise BatchError(
            f"no Dask scheduler answers at {address} ({error}); start one with 'dask scheduler' "
            "and workers with 'dask worker ADDRESS'"
        ) from error
    try:
        with client, parallel_config(backend="dask"):
            if not client.scheduler_info()["workers"]:
                raise BatchError(f"the scheduler at {address} has no workers; start some")
            yield
    except (CommClosedError, KilledWorker, TimeoutError) as error:
        raise BatchError(
            f"the cluster at {address} was lost ({error}); what was finished is kept, run the "
            "command again"
        ) from error
