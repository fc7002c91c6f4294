"""Batch work: many independent calls, on this machine or on a cluster, in order, in bounded memory.

joblib runs them: in processes here, or, where an address is given, on a Dask cluster. Results do
not depend on where they were computed.
"""

import logging
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from .workers import EVERY_CORE, KEPT, BatchError, Workers

Result = TypeVar("Result")
AHEAD = 64
"""Tasks given out to each worker at a time: as many results may wait to be fetched."""


def stream(
    function: Callable[..., Result],
    tasks: Iterable[tuple[Any, ...]],
    workers: Workers = EVERY_CORE,
    ahead: int = AHEAD,
) -> Generator[Result]:
    """Yield ``function(*task)`` for every task, in order.

    Parameters
    ----------
    function : importable by the workers. A task should be worth some ten milliseconds, so that
        handing it over costs little.
    tasks : tuples of arguments; taken as they are needed, so there may be any number of them.
    ahead : tasks given out to each worker at a time; more results than these are never held.

    Raises
    ------
    BatchError
        if the cluster cannot be reached, is lost or has other versions, or a worker dies.

    >>> list(stream(pow, ((2, n) for n in range(4)), Workers(1)))
    [1, 2, 4, 8]
    """
    tasks = iter(tasks)
    if workers.cluster is None and workers.jobs == 1:
        for task in tasks:
            yield function(*task)
        return
    from joblib import Parallel, delayed

    with _readable_failures(workers), _backend(workers) as backend:
        number = ahead * backend.slots
        with Parallel(
            workers.jobs, backend, return_as="generator", batch_size=1, pre_dispatch="all"
        ) as parallel:
            # joblib does not wait for a slow reader of its results: giving out in portions does
            while portion := list(islice(tasks, number)):
                yield from _without_warning(parallel(delayed(function)(*task) for task in portion))


def _without_warning(results: Any) -> Iterator[Any]:
    """Results whose reader may stop early, which joblib would warn of."""
    try:
        for result in results:  # noqa: UP028 ("yield from" would close them outside "finally")
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            results.close()


@contextmanager
def _readable_failures(workers: Workers) -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise BatchError(
            f"a worker process was killed, perhaps for want of memory; {KEPT}, with fewer --jobs "
            "if need be"
        ) from error
    except CancelledError as error:
        raise BatchError(f"the cluster at {workers.cluster} was lost; {KEPT}") from error


@contextmanager
def _backend(workers: Workers) -> Iterator[Any]:
    """A joblib backend: the cluster, or the processes of this machine."""
    if workers.cluster is None:
        from .processes import ProcessBackend

        yield ProcessBackend(workers.jobs)
        return
    try:
        from .dask_cluster import ClusterBackend, ClusterClient, connected_client
    except ImportError as error:
        raise BatchError(
            "a cluster needs Dask; install it with: pip install 'facecrystal_widgets[cluster]'"
        ) from error
    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(
        logging.CRITICAL
    )  # it would print tracebacks of failures that BatchError describes
    try:
        with (
            connected_client(ClusterClient, workers.cluster) as client,
            ClusterBackend(client).watched() as backend,
        ):
            yield backend
    finally:
        log.setLevel(level)
