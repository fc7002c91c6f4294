"""Processes of this machine for joblib, which can be stopped early. Imported when they are used."""

from contextlib import suppress
from queue import Empty

from joblib._parallel_backends import LokyBackend


class ProcessBackend(LokyBackend):
    """joblib's processes, whose thread dies of a KeyError at times where work is given up.

    The thread hands out tasks by number. Told to stop, it forgets the tasks before their numbers;
    is a worker free just then, it looks for a task that is no longer there.

    Attributes
    ----------
    slots : tasks that the processes can work on at once.
    """

    def __init__(self, jobs: int) -> None:
        super().__init__(nesting_level=0)
        self.slots = self.effective_n_jobs(jobs)

    def abort_everything(self, ensure_ready: bool = True) -> None:
        """The numbers go first."""
        with suppress(Empty):
            while True:
                self._workers._work_ids.get_nowait()
        super().abort_everything(ensure_ready)
