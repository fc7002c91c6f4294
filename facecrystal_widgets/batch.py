"""Batch work: many independent calls, on this machine or on a cluster, in order, in bounded memory.

joblib runs them: in processes here, or, where an address is given, on a Dask cluster. What comes
out does not depend on where it was computed.
"""

import logging
import platform
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from typing import Any, TypeVar

Result = TypeVar("Result")
AHEAD = 64
"""Tasks given out to each worker at a time: as many results may wait to be fetched."""
CONNECT_SECONDS = 10
"""How long a scheduler may take to answer, and then its first worker to appear."""
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
    ahead : tasks given out to each worker at a time; no more results than these are ever held.

    Raises
    ------
    BatchError
        if the cluster cannot be reached, is lost or has other versions, or a worker dies.

    >>> list(stream(pow, ((2, n) for n in range(4)), HERE))
    [1, 2, 4, 8]
    """
    tasks = iter(tasks)
    if workers.cluster is None and workers.jobs == 1:
        for task in tasks:
            yield function(*task)
        return
    from joblib import Parallel, delayed

    with _failures_in_words(workers), _backend(workers) as backend:
        number = ahead * backend.slots
        with Parallel(
            workers.jobs, backend, return_as="generator", batch_size=1, pre_dispatch="all"
        ) as parallel:
            # joblib does not wait for a slow reader of its results: giving out in portions does
            while portion := list(islice(tasks, number)):
                yield from _quietly(parallel(delayed(function)(*task) for task in portion))


def _quietly(results: Any) -> Iterator[Any]:
    """Results whose reader may stop early, without joblib's warning."""
    try:
        for result in results:  # noqa: UP028 ("yield from" would close them outside "finally")
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            results.close()


@contextmanager
def _failures_in_words(workers: Workers) -> Iterator[None]:
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
        from .cluster import ClusterBackend, ClusterClient
    except ImportError as error:
        raise BatchError(
            "a cluster needs Dask; install it with: pip install 'facecrystal_widgets[cluster]'"
        ) from error
    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it would print the tracebacks of what is said in words here
    try:
        with (
            _client(ClusterClient, workers.cluster) as client,
            ClusterBackend(client).watched() as backend,
        ):
            yield backend
    finally:
        log.setLevel(level)


def _client(client_class: Any, address: str) -> Any:
    """A client of a cluster that can do our work."""
    try:
        client = client_class(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise BatchError(
            f"no Dask scheduler answers at {address} ({error}); start one with 'dask scheduler' "
            "and workers with 'dask worker ADDRESS'"
        ) from error
    try:
        _check_cluster(client, address)
    except BaseException:
        client.close()
        raise
    return client


def _check_cluster(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise BatchError(
            f"the scheduler at {address} has no workers; start some with 'dask worker {address}'"
        ) from error
    try:
        found = {"the scheduler": client.run_on_scheduler(versions), **client.run(versions)}
    except Exception as error:  # whatever an unknown installation may raise
        raise BatchError(
            f"facecrystal_widgets is not installed on all machines of the cluster at {address} "
            f"({error}); it must be, in the version of this one"
        ) from error
    for who, theirs in found.items():
        for name, ours in versions().items():
            if theirs.get(name) != ours:
                raise BatchError(
                    f"{who} of the cluster at {address} has {name} {theirs.get(name)}, and this "
                    f"machine {ours}; the results would differ, so have the same on all machines"
                )


def versions() -> dict[str, str]:
    """Versions of what results depend on, to the last digit."""
    packages = ("facecrystal_widgets", "numpy", "scipy", "ase", "spglib", "gemmi")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
