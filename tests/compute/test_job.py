"""Jobs with real processes: finish, cancel, crash, kill, close; nothing is left behind."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import job_tasks as tasks
import psutil
import pytest
from loops import run

from facecrystal_widgets.compute.job import Job, JobOutcome

FINISHED, CANCELLED = JobOutcome("finished"), JobOutcome("cancelled")
SHARED_MEMORY = Path("/dev/shm")


PIDS: list[int] = []
"""Of the jobs of a test."""


def shared_memory() -> list[str]:
    """Semaphores and folders of joblib that bear the number of a job."""
    names = [p.name for p in SHARED_MEMORY.iterdir()] if SHARED_MEMORY.is_dir() else []
    return [name for name in names if set(re.findall(r"\d+", name)) & set(map(str, PIDS))]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No thread, process, file descriptor or semaphore outlives the jobs of a test."""
    this = psutil.Process()
    threads, files, children = set(threading.enumerate()), this.num_fds(), set(this.children())
    PIDS.clear()
    yield
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
    assert set(threading.enumerate()) <= threads
    assert set(this.children()) <= children
    assert shared_memory() == []
    assert not any(map(is_alive, PIDS))
    assert this.num_fds() <= files


class Watched:
    """A job, what it delivered and how it ended."""

    def __init__(self, function: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        self.results: list[Any] = []
        self.calls = 0
        self.over: asyncio.Future[JobOutcome] = asyncio.get_running_loop().create_future()
        self.job = Job(
            function, *arguments, on_results=self._take, on_end=lambda e: self.over.set_result(e)
        )
        PIDS.append(self.job.pid)

    def _take(self, results: list[Any]) -> None:
        self.results += results
        self.calls += 1

    async def until(self, number: int) -> list[Any]:
        """The results, once there are so many."""
        async with asyncio.timeout(30):
            while len(self.results) < number:
                await asyncio.sleep(0.01)
        return self.results

    async def end(self) -> JobOutcome:
        async with asyncio.timeout(30):
            return await self.over


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_everything_arrives_in_order_and_the_process_ends() -> None:
    async def test() -> None:
        watched = Watched(tasks.count, 2000)
        assert watched.job.running
        assert await watched.end() == FINISHED
        assert watched.results == list(range(2000))
        assert watched.calls < 40  # a burst does not flood the loop
        assert not watched.job.running
        assert not is_alive(watched.job.pid)
        watched.job.cancel()
        watched.job.close()
        assert watched.job.ending == FINISHED

    run(test())


def test_results_come_while_the_work_goes_on() -> None:
    async def test() -> None:
        watched = Watched(tasks.count, 50, 0.2)
        await watched.until(3)
        assert watched.job.running
        assert len(watched.results) < 10
        watched.job.close()

    run(test())


def test_it_is_another_process_and_the_loop_stays_live() -> None:
    async def test() -> None:
        watched = Watched(tasks.own_pid)
        slowest, before = 0.0, time.monotonic()
        while not watched.over.done():
            await asyncio.sleep(0.005)
            now = time.monotonic()
            slowest, before = max(slowest, now - before), now
        assert watched.results == [watched.job.pid]
        assert watched.job.pid != os.getpid()
        assert slowest < 0.5

    run(test())


def test_what_it_prints_does_not_disturb() -> None:
    async def test() -> None:
        watched = Watched(tasks.chatter)
        assert await watched.end() == FINISHED
        assert watched.results == ["result"]

    run(test())


@pytest.mark.parametrize("stubborn", [False, True])
def test_cancelling_ends_it_and_its_children(stubborn: bool) -> None:
    async def test() -> None:
        watched = Watched(tasks.with_children, stubborn)
        pids = list(await watched.until(2))
        assert all(map(is_alive, pids))
        start = time.monotonic()
        watched.job.cancel()
        watched.job.cancel()
        assert time.monotonic() - start < 0.1  # the page does not wait
        assert await watched.end() == CANCELLED
        assert time.monotonic() - start < 2.5
        assert not any(map(is_alive, pids))

    run(test())


def test_cancelling_ends_workers_of_joblib() -> None:
    async def test() -> None:
        watched = Watched(tasks.with_workers)
        pids = set(await watched.until(4))
        assert shared_memory() or not SHARED_MEMORY.is_dir()
        watched.job.cancel()
        assert await watched.end() == CANCELLED
        assert not any(map(is_alive, pids))

    run(test())


def test_cancelling_at_once_delivers_nothing_more() -> None:
    async def test() -> None:
        watched = Watched(tasks.count, 1000, 0.001)
        watched.job.cancel()
        assert await watched.end() == CANCELLED
        assert watched.results == []

    run(test())


def test_closing_waits_until_all_is_gone_and_calls_nobody() -> None:
    async def test() -> None:
        watched = Watched(tasks.with_children)
        pids = list(await watched.until(2))
        watched.job.close()
        assert not any(map(is_alive, pids))
        watched.job.close()
        await asyncio.sleep(0.2)
        assert not watched.over.done()
        assert watched.job.ending == CANCELLED

    run(test())


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (tasks.fail_with_words, "the sample is too hot; let it cool"),
        (tasks.fail, r"This did not work \(ZeroDivisionError: by nought\)\."),
        (tasks.be_killed, "ended before its work was done .it was killed, perhaps for want of mem"),
        (tasks.leave_silently, r"ended before its work was done \(exit code 3\)\. Start it again"),
    ],
)
def test_failures_come_as_words(
    task: Callable[..., Iterator[Any]], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        watched = Watched(task)
        ending = await watched.end()
        assert ending.kind == "failed"
        assert re.search(words, ending.problem)
        assert watched.results == [1]
        assert caplog.records

    run(test())


def test_killed_from_outside() -> None:
    async def test() -> None:
        watched = Watched(tasks.with_children)
        pid, child = await watched.until(2)
        os.kill(pid, signal.SIGKILL)
        ending = await watched.end()
        assert "killed" in ending.problem
        assert not is_alive(child)

    run(test())


def test_what_a_finished_job_leaves_running_is_ended() -> None:
    async def test() -> None:
        watched = Watched(tasks.leave_a_child)
        assert await watched.end() == FINISHED
        assert not is_alive(watched.results[0])

    run(test())


def test_folders_that_a_killed_tracker_leaves_are_removed() -> None:
    async def test() -> None:
        watched = Watched(tasks.with_children)
        await watched.until(2)
        name = f"joblib_memmapping_folder_{watched.job.pid}_left_behind"
        left = Path(tempfile.gettempdir(), name)
        left.mkdir()
        (left / "array.pkl").write_bytes(b"0")
        watched.job.cancel()
        await watched.end()
        assert not left.exists()

    run(test())


def test_two_jobs_do_not_disturb_each_other() -> None:
    async def test() -> None:
        first, second = Watched(tasks.count, 30, 0.05), Watched(tasks.with_children)
        await second.until(2)
        second.job.cancel()
        assert await second.end() == CANCELLED
        assert await first.end() == FINISHED
        assert first.results == list(range(30))

    run(test())


def test_it_ends_with_its_owner() -> None:
    """A kernel that is killed takes its jobs along."""
    code = (
        "import asyncio, os, sys, job_tasks\n"
        "from facecrystal_widgets.compute.job import Job\n"
        "async def main():\n"
        "    Job(job_tasks.with_children, on_results=lambda r: print(*r, sep='\\n', flush=True),\n"
        "        on_end=print)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    path = os.pathsep.join(filter(None, sys.path))
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as owner:
        assert owner.stdout is not None
        pids = [int(owner.stdout.readline()) for _ in range(2)]
        assert all(map(is_alive, pids))
        owner.kill()
    until = time.monotonic() + 5
    while any(map(is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(is_alive, pids))


def test_needs_a_loop() -> None:
    """In a thread of its own: in this one, Playwright may have left a loop running."""
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(Job, tasks.own_pid, on_results=print, on_end=print)
        with pytest.raises(RuntimeError, match="no running event loop"):
            made.result()
