"""Processes of this machine for joblib, which can be stopped early. Imported when they are used.

The adapter to the private parts of joblib and of the loky in it: `LokyBackend`, its `_workers` and
their `_work_ids`. pyproject.toml bounds joblib; tests/compute/test_stream.py notices changes.
"""

from contextlib import suppress
from queue import Empty

from joblib._parallel_backends import LokyBackend


class ProcessBackend(LokyBackend):
    """joblib's processes, stopped without a KeyError in the thread that hands out tasks.

    The thread takes the number of a task from a queue and looks the task up. When it is stopped, it
    forgets the tasks before their numbers; if a worker becomes free in between, it looks up a task
    that is gone. Related upstream work, on generators of results that are closed early:
    https://github.com/joblib/joblib/pull/1428

    Attributes
    ----------
    slots : tasks that the processes can work on at once.
    """

    def __init__(self, jobs: int) -> None:
        super().__init__(nesting_level=0)
        self.slots = self.effective_n_jobs(jobs)

    def abort_everything(self, ensure_ready: bool = True) -> None:
        """Stop, after the numbers of waiting tasks have been removed."""
        with suppress(Empty):
            while True:
                self._workers._work_ids.get_nowait()
        super().abort_everything(ensure_ready)
