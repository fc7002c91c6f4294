"""A Dask cluster for joblib that notices when the cluster is lost. Imported when one is used."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from distributed import Client, KilledWorker
from joblib._dask import DaskDistributedBackend

from .versions import versions
from .workers import KEPT, BatchError

CONNECT_SECONDS = 10
"""How long a scheduler may take to answer, and then its first worker to appear."""


def connected_client(client_class: Any, address: str) -> Any:
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


WORKERLESS_SECONDS = 30
"""Seconds that a cluster may be without any worker; one that was killed may be started again."""
LOOK_SECONDS = 1


class ClusterClient(Client):
    """Dask's client, which closes where it cannot start.

    Dask leaves this to the garbage collector. That may run in the thread of the next client as it
    starts, and waits there for a lock which that one holds.
    """

    def start(self, **options: Any) -> None:
        try:
            super().start(**options)
        except BaseException:
            self.close()
            raise


class ClusterBackend(DaskDistributedBackend):
    """joblib's Dask backend, which alone would wait for ever for the task of a killed worker, or
    where no workers are left.

    Attributes
    ----------
    slots : tasks that the cluster can work on at once.
    """

    def __init__(self, client: Client) -> None:
        super().__init__(client=client)
        self.slots = sum(client.ncores().values())
        self._waiting: dict[Future[Any], Callable[[Any], None]] = {}

    def effective_n_jobs(self, n_jobs: int) -> int:
        """At least two: of one, joblib would make this process alone."""
        return max(2, self.slots)

    def submit(self, func: Any, callback: Callable[[Any], None]) -> Future[Any]:
        """joblib is told of a failure through `callback`, as of a result."""
        future: Future[Any] = super().submit(func, callback)
        del future.__dict__["get"]  # a reference to itself, which would keep the result in memory
        self._waiting[future] = callback
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        callback = self._waiting.pop(future)
        error = future.exception()
        if isinstance(error, KilledWorker):
            message = "a task killed one worker of the cluster after another, perhaps for want of"
            callback(BatchError(f"{message} memory; {KEPT}"))
        elif error is not None:
            callback(error)

    @contextmanager
    def watched(self) -> Iterator["ClusterBackend"]:
        """While tasks wait, see that there are workers."""
        end = threading.Event()
        watch = threading.Thread(target=self._watch, args=(end,), daemon=True)
        watch.start()
        try:
            yield self
        finally:
            end.set()
            watch.join()

    def _watch(self, end: threading.Event) -> None:
        seen = time.monotonic()
        while not end.wait(LOOK_SECONDS):
            if self._has_workers():
                seen = time.monotonic()
            elif time.monotonic() - seen > WORKERLESS_SECONDS:
                for callback in list(self._waiting.values()):
                    callback(BatchError(f"no worker of the cluster is left; {KEPT}"))

    def _has_workers(self) -> bool:
        try:
            return bool(self.client.ncores())
        except Exception:  # nobody answers, whatever the reason
            return False
