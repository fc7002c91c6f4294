"""A Dask cluster for joblib that notices when the cluster is lost. Imported when one is used.

The adapter to the private parts of joblib's Dask backend: the class, and the `get` that it attaches
to its futures. pyproject.toml bounds joblib and distributed; tests/compute/test_stream.py notices
changes.
"""

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
"""Seconds that a scheduler may take to answer, and then its first worker to appear."""
WORKERLESS_SECONDS = 30
"""Seconds that a cluster may be without any worker; one that was killed may be started again."""
CHECK_SECONDS = 1
"""Between two looks at the workers of a cluster."""


def connected_client(client_class: Any, address: str) -> Any:
    """A client of a cluster that has workers with the versions of this machine."""
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
        everywhere = {"the scheduler": client.run_on_scheduler(versions), **client.run(versions)}
    except Exception as error:  # whatever an unknown installation may raise
        raise BatchError(
            f"facecrystal_widgets is not installed on all machines of the cluster at {address} "
            f"({error}); it must be, in the version of this one"
        ) from error
    for place, theirs in everywhere.items():
        for name, ours in versions().items():
            if theirs.get(name) != ours:
                raise BatchError(
                    f"{place} of the cluster at {address} has {name} {theirs.get(name)}, and this "
                    f"machine {ours}; the results would differ, so have the same on all machines"
                )


class ClusterClient(Client):
    """Dask's client, closed where it cannot start.

    Dask leaves that to the garbage collector, which may run in the thread of the next client as it
    starts, and waits there for a lock that this client holds.
    """

    def start(self, **options: Any) -> None:
        try:
            super().start(**options)
        except BaseException:
            self.close()
            raise


class ClusterBackend(DaskDistributedBackend):
    """joblib's Dask backend, which reports killed tasks and the loss of all workers.

    joblib's own waits for ever for a task that kills its workers, or where no workers are left.

    Attributes
    ----------
    slots : tasks that the cluster can work on at once.
    """

    def __init__(self, client: Client) -> None:
        super().__init__(client=client)
        self.slots = sum(client.ncores().values())
        self._waiting: dict[Future[Any], Callable[[Any], None]] = {}

    def effective_n_jobs(self, n_jobs: int) -> int:
        """At least two: with one, joblib would compute in this process."""
        return max(2, self.slots)

    def submit(self, func: Any, callback: Callable[[Any], None]) -> Future[Any]:
        """A failure reaches joblib through `callback`, like a result."""
        future: Future[Any] = super().submit(func, callback)
        # `future.get = future.result` is a reference cycle, which would keep the result in memory;
        # the same was mended in https://github.com/dask/distributed/pull/2014
        del future.__dict__["get"]
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
        """Check while tasks wait that there are workers."""
        end = threading.Event()
        watch = threading.Thread(target=self._watch, args=(end,), daemon=True)
        watch.start()
        try:
            yield self
        finally:
            end.set()
            watch.join()

    def _watch(self, end: threading.Event) -> None:
        last_seen = time.monotonic()
        while not end.wait(CHECK_SECONDS):
            if self._has_workers():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > WORKERLESS_SECONDS:
                for callback in list(self._waiting.values()):
                    callback(BatchError(f"no worker of the cluster is left; {KEPT}"))

    def _has_workers(self) -> bool:
        try:
            return bool(self.client.ncores())
        except Exception:  # nobody answers, whatever the reason
            return False
