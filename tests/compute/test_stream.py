"""Batch work on processes and on a real Dask cluster: the same results, and what goes wrong."""

import csv
import gc
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import batch_tasks as work
import psutil
import pytest
from distributed import Client, LocalCluster
from joblib import Parallel, delayed
from joblib._dask import DaskDistributedBackend
from joblib.externals.loky import process_executor
from joblib.parallel import BatchedCalls
from serving import free_port

from facecrystal_widgets.cli import main
from facecrystal_widgets.compute import dask_cluster as cluster
from facecrystal_widgets.compute import stream as batch
from facecrystal_widgets.compute import versions
from facecrystal_widgets.compute.processes import ProcessBackend
from facecrystal_widgets.compute.stream import stream
from facecrystal_widgets.compute.workers import EVERY_CORE, HERE, BatchError, Workers
from facecrystal_widgets.datasets.dataset import ROWS, contents, defective_rows
from facecrystal_widgets.datasets.store import Store, building, fill

TESTS = Path(__file__).parents[1]
TWO = Workers(2)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Workers]:
    """A Dask cluster of two processes on this machine."""
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(processes=True, **options) as running:
        yield Workers(cluster=running.scheduler_address)


@contextmanager
def programs() -> Iterator[tuple[psutil.Popen, list[psutil.Popen], Workers]]:
    """The same as separate programs that a test may kill: the scheduler and the workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = ["worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    started = []
    try:
        for words in (scheduler, worker, worker):
            environment = os.environ | {"PYTHONPATH": str(TESTS)}
            command = [sys.executable, "-m", "dask", *words]
            started.append(psutil.Popen(command, env=environment, stderr=subprocess.DEVNULL))
        yield started[0], started[1:], Workers(cluster=address)
    finally:
        for process in started:
            process.kill()
            process.wait()


def squares(number: int, workers: Workers, pause: float = 0.0) -> Generator[int]:
    for square, _ in stream(work.square, ((n, pause) for n in range(number)), workers):
        yield square


# on this machine


@pytest.mark.parametrize("workers", [HERE, TWO, EVERY_CORE])
def test_results_come_in_order(workers: Workers) -> None:
    assert list(squares(300, workers)) == [n**2 for n in range(300)]
    assert list(squares(0, workers)) == []


def test_two_processes_share_the_work_and_one_does_it_here() -> None:
    tasks = [(n, 0.05) for n in range(20)]
    assert {pid for _, pid in stream(work.square, tasks, HERE)} == {os.getpid()}
    found = {pid for _, pid in stream(work.square, tasks, TWO)}
    assert len(found) == 2
    assert os.getpid() not in found


def test_there_may_be_any_number_of_tasks() -> None:
    taken = itertools.count()
    with closing(stream(work.square, ((n,) for n in taken), TWO, ahead=5)) as results:
        assert [square for square, _ in itertools.islice(results, 12)] == [n**2 for n in range(12)]
    assert next(taken) == 20  # two portions of two times five


def test_no_more_results_are_held_than_were_asked_for() -> None:
    work.Counted.most = 0
    for result in stream(work.counted, ((n,) for n in range(200)), TWO, ahead=6):
        time.sleep(0.002)  # slower than the workers
        del result
    assert work.Counted.alive == 0
    assert 2 < work.Counted.most <= 13  # two times six, and the one in hand


def test_work_can_be_given_up_while_a_worker_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    forget = process_executor._ExecutorManagerThread.flag_executor_shutting_down

    def forget_and_find_room(manager: Any) -> None:
        forget(manager)
        manager.call_queue.full = lambda: False

    monkeypatch.setattr(
        process_executor._ExecutorManagerThread, forget.__name__, forget_and_find_room
    )
    with closing(stream(work.square, ((n, 0.01) for n in range(60)), TWO)) as results:
        assert next(results)[0] == 0
    for thread in threading.enumerate():
        if thread.name == "ExecutorManagerThread":
            thread.join()  # pytest fails if it dies of an error
    assert list(squares(9, TWO)) == [n**2 for n in range(9)]


def test_a_killed_worker_is_said_and_what_was_done_kept() -> None:
    done: list[int] = []
    results = stream(work.kill_yourself_at, ((n, 33) for n in range(60)), TWO, ahead=8)
    with pytest.raises(BatchError, match=r"a worker process was killed.* run the command again"):
        done.extend(results)
    assert done[:16] == list(range(16))
    assert len(done) <= 33
    assert list(squares(40, TWO)) == [n**2 for n in range(40)]  # new workers have been started


@pytest.mark.parametrize("workers", [HERE, TWO])
def test_an_error_in_a_task_stays_what_it_is(workers: Workers) -> None:
    with pytest.raises(LookupError, match="nothing at 5"):
        list(stream(work.fail_at, ((n, 5) for n in range(9)), workers))


# private parts of joblib: where one of these fails, look at the adapter before the bound is raised


def test_loky_keeps_the_numbers_of_tasks_where_the_adapter_empties_them() -> None:
    """`ProcessBackend.abort_everything`."""
    with Parallel(2, ProcessBackend(2)) as parallel:
        parallel([delayed(pow)(2, 2)])
        executor = parallel._backend._workers
        assert isinstance(executor._work_ids, queue.Queue)
        assert executor._executor_manager_thread.work_ids_queue is executor._work_ids


def test_joblib_attaches_to_a_future_of_dask_what_the_adapter_removes(
    two_workers: Workers,
) -> None:
    """`ClusterBackend.submit`."""
    with Client(two_workers.cluster, set_as_default=False) as client:
        backend = DaskDistributedBackend(client=client)
        backend.start_call()
        future = backend.submit(BatchedCalls([delayed(pow)(2, 2)], None), lambda _: None)
        assert future.result(60) == [4]
        assert future.__dict__["get"].__self__ is future
        backend.stop_call()


# on a cluster


def test_a_cluster_gives_the_same_bytes(two_workers: Workers) -> None:
    tasks = [(index, 3) for index in range(6)]
    here = list(stream(defective_rows, tasks, HERE))
    there = list(stream(defective_rows, tasks, two_workers))
    for one, other in zip(here, there, strict=True):
        for row, same in zip(one, other, strict=True):
            assert row.image.tobytes() == same.image.tobytes()
            assert row[1:] == same[1:]


def test_the_cluster_does_the_work(two_workers: Workers) -> None:
    tasks = ((n, 0.02) for n in range(40))
    found = list(stream(work.square, tasks, two_workers, ahead=8))
    assert [square for square, _ in found] == [n**2 for n in range(40)]
    assert len({pid for _, pid in found} - {os.getpid()}) == 2


def test_a_cluster_of_one_is_used_too() -> None:
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(processes=True, **options) as running:
        found = list(stream(work.square, [(3,)], Workers(cluster=running.scheduler_address)))
    assert found[0][0] == 9
    assert found[0][1] != os.getpid()


def test_results_of_a_cluster_are_not_gathered(two_workers: Workers) -> None:
    work.Counted.most = 0
    for result in stream(work.counted, ((n,) for n in range(100)), two_workers, ahead=6):
        time.sleep(0.002)
        del result
    assert 2 < work.Counted.most <= 13


def test_an_error_in_a_task_on_a_cluster_stays_what_it_is(two_workers: Workers) -> None:
    with pytest.raises(LookupError, match="nothing at 5"):
        list(stream(work.fail_at, ((n, 5) for n in range(9)), two_workers))
    with closing(squares(1000, two_workers)) as results:
        assert next(results) == 0  # and then no more is wanted
    assert list(squares(20, two_workers)) == [n**2 for n in range(20)]


@pytest.mark.slow
def test_a_task_that_kills_workers_ends_in_words(two_workers: Workers) -> None:
    with pytest.raises(BatchError, match="killed one worker of the cluster after another"):
        list(stream(work.kill_yourself_at, ((n, 5) for n in range(9)), two_workers))
    assert list(squares(20, two_workers)) == [n**2 for n in range(20)]


def test_classify_prints_the_same_from_a_cluster(
    two_workers: Workers, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["classify", "--csv", str(TESTS / "structures")]
    assert main(words) == 0
    alone = capsys.readouterr()
    assert len(list(csv.reader(alone.out.splitlines()))) == 9
    assert main([*words, "--cluster", str(two_workers.cluster)]) == 0
    assert capsys.readouterr() == alone


def test_a_dataset_from_a_cluster_is_the_same_file(two_workers: Workers, tmp_path: Path) -> None:
    words = ["dataset", "defective", "--size", "4"]
    here, there = tmp_path / "here", tmp_path / "there"
    assert main([*words, "--jobs", "1", "-o", str(here)]) == 0
    assert main([*words, "--cluster", str(two_workers.cluster), "-o", str(there)]) == 0
    for name in ("00000.h5", "manifest.json"):
        assert (here / name).read_bytes() == (there / name).read_bytes()


# clusters that are not there, or no longer


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense", "http://x", ""])
def test_an_address_where_nobody_answers(
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    address = address.format(port=free_port())
    for words in (["classify", str(TESTS / "structures")], ["dataset", "-o", str(tmp_path)]):
        assert main([*words, "--cluster", address]) == 1
        out, err = capsys.readouterr()
        expected = f"facecrystal {words[0]}: no Dask scheduler answers at {address} ("
        assert err.splitlines()[-1].startswith(expected)
        assert "start one with 'dask scheduler'" in err.splitlines()[-1]
        assert "Traceback" not in out + err


def test_a_client_that_cannot_start_is_closed_at_once() -> None:
    with pytest.raises(BatchError) as caught:
        list(squares(3, Workers(cluster="nonsense")))
    clients = [one for one in gc.get_objects() if issubclass(type(one), Client)]
    assert {client.status for client in clients} == {"closed"}, "not by the garbage collector"
    assert caught.value, "whose traceback holds the client till here"


def test_a_cluster_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 5)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(BatchError, match="has no workers; start some with 'dask worker tcp"),
    ):
        list(squares(3, Workers(cluster=empty.scheduler_address)))


def test_a_cluster_with_other_versions(
    two_workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "version", lambda name: "0.0")
    with pytest.raises(BatchError, match=r"has facecrystal_widgets .*, and this machine 0\.0"):
        list(squares(3, two_workers))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "facecrystal_widgets.compute.dask_cluster", raising=False)
    with pytest.raises(BatchError, match=r"pip install 'facecrystal_widgets\[cluster\]'"):
        list(squares(3, Workers(cluster="tcp://127.0.0.1:1")))


def kill_scheduler(scheduler: psutil.Popen, workers: list[psutil.Popen]) -> None:
    scheduler.send_signal(signal.SIGKILL)


def kill_workers(scheduler: psutil.Popen, workers: list[psutil.Popen]) -> None:
    for worker in workers:
        worker.send_signal(signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize("kill", [kill_scheduler, kill_workers])
def test_a_lost_cluster_ends_in_words_and_the_work_goes_on(
    kill: Callable[[psutil.Popen, list[psutil.Popen]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 60)
    monkeypatch.setattr(cluster, "WORKERLESS_SECONDS", 2)
    monkeypatch.setattr(batch, "AHEAD", 4)
    about = contents("defective", 100, seed=1) | {"shard_size": 39}
    folder = tmp_path / "set"
    with programs() as (scheduler, dask_workers, workers):

        def killing(rows: Iterable[object]) -> Iterator[object]:
            for number, row in enumerate(rows):
                if number == 60:
                    kill(scheduler, dask_workers)
                yield row

        with (
            pytest.raises(BatchError, match=r"(was lost|is left); what was finished is kept"),
            building(folder, about) as store,
        ):
            fill(store, ROWS["defective"], workers, killing)
    kept = {path.name: path.read_bytes() for path in folder.glob("*.h5")}
    assert 1 <= len(kept) < store.number
    assert kept.keys() == store.hashes.keys()
    with building(folder, about | {}) as store:
        assert store.remaining == 1300 - 39 * len(kept)
        fill(store, ROWS["defective"], TWO)
    assert [len(shard) for shard in Store.open(folder).shards()] == [39] * 33 + [13]
    assert {name: (folder / name).read_bytes() for name in kept} == kept


@pytest.mark.slow
def test_a_worker_that_is_lost_is_replaced_by_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 60)
    with programs() as (_, (first, _), workers):
        found = []
        for square in squares(60, workers, pause=0.1):
            found.append(square)
            if len(found) == 10:
                first.send_signal(signal.SIGKILL)
    assert found == [n**2 for n in range(60)]
