"""Results in parts on disk: what is kept, what is computed again and what is refused."""

import json
import os
from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecrystal_widgets.compute.checkpoint import (
    Checkpoint,
    CheckpointError,
    OtherRunError,
    compute_in_parts,
    discard,
    npz_codec,
    split,
)

CODEC = npz_codec(np.dtype(int))
SETTINGS = {"seed": 1, "size": (3, 4), "versions": {"numpy": "2", "python": "3"}}


class Squares:
    """Work that counts what it is asked for, and may fail at a number."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.computed: list[int] = []
        self.fails_at = fails_at

    def __call__(self, numbers: Iterable[int]) -> Generator[np.ndarray]:
        for number in numbers:
            if number == self.fails_at:
                raise LookupError(f"nothing at {number}")
            self.computed.append(number)
            yield np.full(number % 3, number**2)


def squares(
    folder: Path, number: int = 10, work: Squares | None = None, **settings: Any
) -> tuple[list[list[int]], list[int]]:
    """The results of numbers below `number`, and those that were computed now."""
    work = work or Squares()
    arrays = compute_in_parts(
        split(range(number), 4), work, CODEC, folder / "run.json", SETTINGS | settings
    )
    return [array.tolist() for array in arrays], work.computed


def expected(number: int = 10) -> list[list[int]]:
    return [[i**2] * (i % 3) for i in range(number)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "parts").iterdir())


def test_results_are_the_same_with_and_without_a_folder(tmp_path: Path) -> None:
    arrays = compute_in_parts(split(range(10), 4), Squares(), CODEC, None, SETTINGS)
    assert [array.tolist() for array in arrays] == expected()
    assert squares(tmp_path / "new" / "folder") == (expected(), list(range(10)))
    assert squares(tmp_path / "new" / "folder") == (expected(), [])
    assert names(tmp_path / "new" / "folder") == ["00000.npz", "00004.npz", "00008.npz"]


def test_progress_counts_stored_results_too(tmp_path: Path) -> None:
    squares(tmp_path, 8)
    counted = []

    def progress(results: Iterable[Any]) -> Iterable[Any]:
        for result in results:
            counted.append(len(result))
            yield result

    parts, work = split(range(10), 4), Squares()
    compute_in_parts(parts, work, CODEC, tmp_path / "run.json", SETTINGS, progress)
    assert counted == [i % 3 for i in range(10)]
    assert work.computed == [8, 9]


def test_only_missing_parts_are_computed_in_their_place(tmp_path: Path) -> None:
    squares(tmp_path)
    (tmp_path / "parts" / "00004.npz").unlink()
    assert squares(tmp_path) == (expected(), [4, 5, 6, 7])


def test_an_error_keeps_finished_parts(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="nothing at 6"):
        squares(tmp_path, work=Squares(fails_at=6))
    assert names(tmp_path) == ["00000.npz"]
    assert squares(tmp_path) == (expected(), list(range(4, 10)))


def test_a_part_is_stored_before_its_last_result_is_handed_out(tmp_path: Path) -> None:
    with Checkpoint.resume(tmp_path / "run.json", SETTINGS) as checkpoint:
        parts = split(range(8), 4)
        with closing(checkpoint.results(parts, Squares(), CODEC)) as results:
            for _ in range(4):
                next(results)
    assert squares(tmp_path, 8)[1] == [4, 5, 6, 7]


def test_more_tasks_extend_and_fewer_keep_what_is_there(tmp_path: Path) -> None:
    assert squares(tmp_path, 6)[1] == list(range(6))
    assert squares(tmp_path, 10) == (expected(), list(range(4, 10)))
    assert squares(tmp_path, 5) == (expected(5), [])
    assert squares(tmp_path, 10) == (expected(), [])


def test_every_damaged_byte_is_noticed(tmp_path: Path) -> None:
    squares(tmp_path, 2)
    part = tmp_path / "parts" / "00000.npz"
    whole = part.read_bytes()
    identity = Checkpoint.read(tmp_path / "run.json").identity("parts/00000.npz")
    assert len(CODEC.decode(identity, whole)) == 2
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        assert CODEC.decode(identity, bytes(flipped)) == []
    for spoilt in (b"", whole[:-1], whole + b"\0", whole[1:]):
        part.write_bytes(spoilt)
        assert squares(tmp_path, 2) == (expected(2), [0, 1])
        assert part.read_bytes() == whole


def test_a_part_is_a_file_that_numpy_opens(tmp_path: Path) -> None:
    squares(tmp_path)
    with np.load(tmp_path / "parts" / "00004.npz") as file:
        assert [file[name].tolist() for name in file.files] == expected()[4:8]


def test_parts_of_another_name_run_or_type_are_computed_again(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    squares(here)
    squares(there, seed=2)
    first = here / "parts" / "00000.npz"
    for other in (here / "parts" / "00004.npz", there / "parts" / "00000.npz"):
        first.write_bytes(other.read_bytes())
        assert squares(here) == (expected(), [0, 1, 2, 3])
    identity = Checkpoint.read(here / "run.json").identity("parts/00000.npz")
    first.write_bytes(npz_codec(np.dtype(float)).encode(identity, [np.zeros(3)] * 4))
    assert squares(here) == (expected(), [0, 1, 2, 3])


def test_half_written_files_are_not_taken_for_parts(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "run.json.partial").write_text('{"se')
    (tmp_path / "parts" / "00000.npz.partial").write_bytes(b"PK")
    assert squares(tmp_path) == (expected(), list(range(10)))
    assert names(tmp_path) == ["00000.npz", "00004.npz", "00008.npz"]


def test_another_run_is_refused_and_what_differs_named(tmp_path: Path) -> None:
    squares(tmp_path)
    before = (tmp_path / "run.json").read_bytes()
    assert json.loads(before) == SETTINGS | {"size": [3, 4]}
    with pytest.raises(
        OtherRunError,
        match=r"run\.json: .* another run \(seed, versions, more differ\); start anew with --force",
    ) as caught:
        squares(tmp_path, seed=2, versions={"numpy": "3", "python": "3"}, more=True)
    assert caught.value.differences == {
        "seed": (1, 2),
        "versions numpy": ("2", "3"),
        "more": (None, True),
    }
    assert (tmp_path / "run.json").read_bytes() == before
    assert squares(tmp_path)[1] == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}"])
def test_a_damaged_manifest_is_refused(content: bytes, tmp_path: Path) -> None:
    squares(tmp_path)
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(OtherRunError, match=r"\(seed, size, versions differ\)"):
        squares(tmp_path)
    discard(tmp_path / "run.json")
    assert not [*tmp_path.iterdir()]
    assert squares(tmp_path)[1] == list(range(10))


def test_discarding_takes_no_other_folder(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "thesis.txt").write_text("years of work")
    discard(tmp_path / "run.json")
    discard(tmp_path / "nowhere" / "run.json")
    assert names(tmp_path) == ["thesis.txt"]


@pytest.mark.skipif(os.name != "posix", reason="no locks of folders on this system")
def test_one_process_works_in_a_folder_at_a_time(tmp_path: Path) -> None:
    with Checkpoint.resume(tmp_path / "run.json", SETTINGS):
        with pytest.raises(CheckpointError, match="another process is building there"):
            squares(tmp_path)
        with pytest.raises(CheckpointError, match="another process is building there"):
            discard(tmp_path / "run.json")
    assert squares(tmp_path)[1] == list(range(10))
    # and the lock does not outlive an error in the middle, however long the error is kept
    with pytest.raises(LookupError) as caught:
        squares(tmp_path, 20, Squares(fails_at=13))
    assert squares(tmp_path, 20)[1] == list(range(12, 20))
    assert caught.value
