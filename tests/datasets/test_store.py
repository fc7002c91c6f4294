"""Datasets on disk: what is in them, what interrupts them, and what is refused."""

import contextlib
import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import psutil
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.compute.checkpoint import CheckpointError
from facecrystal_widgets.compute.workers import HERE, BatchError, Workers
from facecrystal_widgets.datasets import store as store_module
from facecrystal_widgets.datasets.dataset import ROWS, Dataset, contents, pristine_rows
from facecrystal_widgets.datasets.defects import DEFECTS, Defect
from facecrystal_widgets.datasets.shard import Row, Shard
from facecrystal_widgets.datasets.store import Store, building, fill
from facecrystal_widgets.datasets.structures import defective_group

ABOUT = contents("defective", 5, seed=4) | {"shard_size": 2 * len(DEFECTS)}
"""Three shards, the last of which is half as large."""
BUILD = f"""
import sys, time
from pathlib import Path
from facecrystal_widgets.compute.workers import Workers
from facecrystal_widgets.datasets.dataset import ROWS
from facecrystal_widgets.datasets.store import building, fill

def one_by_one(rows):
    for row in rows:
        time.sleep(float(sys.argv[2]))
        yield row

with building(Path(sys.argv[1]), {ABOUT!r}) as store:
    fill(store, ROWS["defective"], Workers(2), one_by_one)
"""


def build(folder: Path, function: Callable[[int, int], list[Row]] = ROWS["defective"]) -> None:
    with building(folder, ABOUT) as store:
        fill(store, function, HERE)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set") / "defective"
    build(folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "defective"))


# content


def test_every_structure_is_there_as_it_scattered(built: Path) -> None:
    store = Store.open(str(built))
    assert (store.kind, store.seed, store.size, store.number) == ("defective", 4, 65, 3)
    shards = list(store.shards())
    assert [len(shard) for shard in shards] == [26, 26, 13]
    for parent in range(5):
        members, label, species = defective_group(parent, 4)
        shard, start = shards[parent // 2], parent % 2 * 13
        for place, (broken, recipe) in enumerate(members, start):
            image = fc.fingerprint(broken)
            np.testing.assert_array_equal(shard.images[place], image.image)
            assert fc.LABELS[shard.labels[place]] == label
            assert shard.species[place] == species
            assert shard.bond_lengths[place] == image.bond_length
            assert shard.n_atoms[place] == len(broken)
            assert Defect(shard.defects[place], shard.strengths[place]) == Defect.of(recipe)
            assert shard.recipe(place) == recipe
            assert shard.parents[place] == parent


def test_pristine_rows_have_no_defect() -> None:
    (row,) = pristine_rows(3, seed=1)
    assert (row.defect, row.strength, row.parent) == ("none", 0, 3)
    assert fc.DefectRecipe.from_dict(json.loads(row.recipe)) == fc.DefectRecipe()


def test_the_files_open_without_this_package(built: Path) -> None:
    with h5py.File(built / "00001.h5") as file:
        assert {name: (file[name].shape, file[name].dtype.str) for name in file} == {
            "images": ((26, 64, 64), "<f4"),
            "labels": ((26,), "|u1"),
            "species": ((26,), "|S1"),  # hydrogen
            "bond_lengths": ((26,), "<f8"),
            "n_atoms": ((26,), "<i4"),
            "defects": ((26,), "|S12"),
            "strengths": ((26,), "<f8"),
            "recipes": ((26,), file["recipes"].dtype.str),
            "parents": ((26,), "<i4"),
        }
        assert [name.decode() for name in file["labels"].attrs["classes"]] == list(fc.LABELS)
        assert file["bond_lengths"].attrs["unit"] == "angstrom"
        assert json.loads(file.attrs["about"]) == ABOUT
        # filters that every HDF5 library has, which lzf and others are not
        assert file["images"].compression == "gzip"


def test_the_manifest_says_what_it_was_made_with(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    assert manifest["detector"]["wavelength"] == 0.05
    assert (manifest["gamma"], manifest["form_factor"]) == (1.5, "cromer-mann")
    assert manifest["versions"]["facecrystal_widgets"] == fc.__version__
    assert manifest["defects"] == [str(defect) for defect in DEFECTS]
    assert list(manifest["sha256"]) == ["00000.h5", "00001.h5", "00002.h5"]


def test_columns_are_those_of_all_shards(built: Path) -> None:
    store = Store.open(built)
    columns = store.columns("labels", "parents")
    assert set(columns) == {"labels", "parents"}
    np.testing.assert_array_equal(columns["parents"], np.repeat(np.arange(5), 13))
    np.testing.assert_array_equal(
        columns["labels"], np.concatenate([shard.labels for shard in store.shards()])
    )


def test_shards_are_read_one_at_a_time(tmp_path: Path) -> None:
    def rows(index: int, seed: int) -> list[Row]:
        image = np.full((64, 64), index, np.float32)
        return [Row(image, 0, "Fe", 1.0, 2, "none", 0.0, "{}", index)] * 13

    def peak(groups: int) -> float:
        about = contents("defective", groups) | {"shard_size": 260}  # 4.3 MB of images
        with building(tmp_path / str(groups), about) as store:
            fill(store, rows, HERE)
        tracemalloc.start()
        try:
            for shard in Store.open(tmp_path / str(groups)).shards():
                assert isinstance(shard, Shard)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(40), peak(240)  # 2 and 12 shards
    assert many < 1.2 * few < 15e6


# interruption


def test_only_missing_shards_are_made_again(built: Path, folder: Path) -> None:
    (folder / "00001.h5").unlink()
    with pytest.raises(CheckpointError, match=r"holds 39 of 65 structures; run .* it goes on"):
        Store.open(folder)
    asked = []

    def function(index: int, seed: int) -> list[Row]:
        asked.append(index)
        return ROWS["defective"](index, seed)

    build(folder, function)
    assert asked == [2, 3]
    assert files(folder) == files(built)
    build(folder, function)
    assert asked == [2, 3]


def test_an_error_in_the_middle_keeps_what_is_complete(built: Path, tmp_path: Path) -> None:
    def function(index: int, seed: int) -> list[Row]:
        if index == 3:
            raise BatchError("lost")
        return ROWS["defective"](index, seed)

    with pytest.raises(BatchError, match="lost"):
        build(tmp_path / "set", function)
    assert list(files(tmp_path / "set")) == ["00000.h5", "manifest.json"]
    build(tmp_path / "set")
    assert files(tmp_path / "set") == files(built)


@pytest.mark.slow
def test_a_killed_build_goes_on_to_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """The whole process is killed in the second shard."""
    folder = tmp_path / "set"
    command = [sys.executable, "-c", BUILD, str(folder)]
    process = psutil.Popen([*command, "0.1"])
    wait_until(lambda: (folder / "00000.h5").name in (folder / "manifest.json").read_text())
    family = process.children(recursive=True)
    assert family
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    first = files(folder)
    assert set(first) - {"00001.h5.partial"} == {"00000.h5", "manifest.json"}
    subprocess.run([*command, "0"], check=True)
    assert files(folder) == files(built)
    for orphan in family:  # they would end by themselves in five minutes
        with contextlib.suppress(psutil.NoSuchProcess):
            orphan.kill()
    assert first["00000.h5"] == files(folder)["00000.h5"]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < end
        time.sleep(0.02)


def test_half_written_files_are_never_taken_for_whole(built: Path, tmp_path: Path) -> None:
    """Killed while the first manifest, a shard, or the manifest after it was written."""
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "manifest.json.partial").write_text('{"format": "facecr')
    build(folder)
    (folder / "00002.h5").rename(folder / "00002.h5.partial")
    (folder / "00001.h5").write_bytes(b"whole, but not in the manifest")
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["sha256"]["00001.h5"], manifest["sha256"]["00002.h5"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckpointError, match="holds 26 of 65"):
        Store.open(folder)
    build(folder)
    assert files(folder) == files(built)


def test_two_builders_do_not_get_into_each_others_way(folder: Path) -> None:
    with (
        building(folder, ABOUT),
        pytest.raises(CheckpointError, match="another process is building there"),
        building(folder, ABOUT),
    ):
        pass
    build(folder)  # the first one has ended


# full disk


def test_a_full_disk_is_said_and_what_is_complete_kept(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, []

    def fsync(file: int) -> None:
        calls.append(file)
        if len(calls) == 4:  # manifest, shard, manifest, shard
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match=r"the disk is full; .* kept.*00001\.h5") as caught:
        build(tmp_path / "set")
    assert caught.value.errno == errno.ENOSPC
    assert list(files(tmp_path / "set")) == ["00000.h5", "manifest.json"]
    build(tmp_path / "set")
    assert files(tmp_path / "set") == files(built)


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """Of 1 MB, on which one shard of 500 structures of 7 has no place."""
    mount = f"mount -t tmpfs -o size=1m tmpfs {tmp_path}"
    if subprocess.run(["unshare", "-Urm", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    program = f"{sys.executable} -m facecrystal_widgets dataset --size 120 --jobs 1 -o {tmp_path}/s"
    script = f"{mount} && {program}; echo $?; ls {tmp_path}/s"
    done = subprocess.run(["unshare", "-Urm", "sh", "-c", script], capture_output=True, text=True)
    assert "00000.h5: the disk is full; what was finished is kept, make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.split() == ["1", "manifest.json"]


# what is refused


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [flipped, lambda content: content[:-1], lambda content: b"", lambda content: content + b"\0"],
)
def test_a_damaged_shard_is_named(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = folder / "00001.h5"
    before = files(folder)
    path.write_bytes(spoil(before["00001.h5"]))
    expected = r"00001\.h5: its SHA-256 is not .* delete it"
    shards = Store.open(folder).shards()
    assert len(next(shards)) == 26  # the first is still good
    with pytest.raises(CheckpointError, match=expected):
        next(shards)
    with pytest.raises(CheckpointError, match=expected):
        build(folder)
    assert files(folder) | {"00001.h5": b""} == before | {"00001.h5": b""}
    path.unlink()
    build(folder)
    assert files(folder) == before


def test_a_shard_of_another_place_is_refused(folder: Path) -> None:
    shutil.copy(folder / "00000.h5", folder / "00001.h5")
    with pytest.raises(CheckpointError, match=r"00001\.h5: its SHA-256"):
        Store.open(folder).columns("labels")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 5}, r"seed 4 \(not 5\)"),
        ({"kind": "pristine"}, r"kind defective \(not pristine\)"),
        ({"size": 78}, r"size 65 \(not 78\)"),
        ({"gamma": 2.0}, r"gamma 1.5 \(not 2.0\)"),
        ({"detector": {**ABOUT["detector"], "pixels": 32}}, r"detector pixels 64 \(not 32\)"),
        ({"form_factor": "constant"}, r"form_factor cromer-mann \(not constant\)"),
        ({"versions": {**ABOUT["versions"], "numpy": "0.1"}}, r"versions numpy .* \(not 0.1\)"),
        ({"classes": ["fcc"]}, r"classes .*'sc'\] \(not \['fcc'\]\)"),
    ],
)
def test_a_stale_manifest_is_refused(folder: Path, change: dict[str, Any], words: str) -> None:
    before = files(folder)
    message = f"holds another dataset: {words}; choose another folder with -o, or delete"
    with pytest.raises(CheckpointError, match=message), building(folder, ABOUT | change):
        pass
    assert files(folder) == before


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'{"format": "facecrystal dataset 2"}',
        b'{"format": "facecrystal dataset 1"}',
        json.dumps({"format": store_module.FORMAT, **ABOUT, "sha256": []}).encode(),
        json.dumps({"format": store_module.FORMAT, **ABOUT, "sha256": {"../x": ""}}).encode(),
        json.dumps({"format": store_module.FORMAT, **ABOUT, "size": "x", "sha256": {}}).encode(),
        json.dumps(
            {"format": store_module.FORMAT, **ABOUT, "shard_size": 0, "sha256": {}}
        ).encode(),
    ],
)  # fmt: skip
def test_a_foreign_manifest_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"not a dataset .*'facecrystal dataset'"):
        Store.open(folder)
    with pytest.raises(CheckpointError, match="not a dataset"):
        build(folder)
    assert (folder / "00000.h5").exists()


def test_a_set_with_other_classes_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LABELS", fc.LABELS[::-1])
    with pytest.raises(
        CheckpointError, match=r"expected the classes sc, bcc, diamond, fcc in this"
    ):
        Store.open(folder)


@pytest.mark.parametrize("broken", ["column", "length", "type", "label", "hdf5"])
def test_a_shard_that_is_none_is_refused_although_its_hash_is_right(
    folder: Path, broken: str
) -> None:
    path = folder / "00002.h5"
    file = io.BytesIO(path.read_bytes())
    with h5py.File(file, "r+") as content:
        labels = content["labels"][:]
        if broken == "label":
            content["labels"][3] = 4
        elif broken in ("column", "length", "type"):
            del content["labels"]
        if broken == "length":
            content["labels"] = labels[:-1]
        if broken == "type":
            content["labels"] = labels.astype(float)
    path.write_bytes(b"no HDF5" if broken == "hdf5" else file.getvalue())
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"]["00002.h5"] = sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckpointError, match=r"00002\.h5: (not a shard|expected (13 of|labels))"):
        Store.open(folder).columns("labels")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CheckpointError, match="not empty, and no dataset"):
        build(tmp_path)
    assert list(files(tmp_path)) == ["thesis.txt"]
    with pytest.raises(OSError, match=r"thesis\.txt"):
        build(tmp_path / "thesis.txt")
    for nothing in (tmp_path, tmp_path / "nowhere", tmp_path / "thesis.txt"):
        with pytest.raises(CheckpointError, match=r"not a dataset .*'facecrystal dataset'"):
            Store.open(nothing)


def test_training_takes_the_pristine_set_only(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"expected the pristine set, .* received a defective one"):
        Dataset.load(folder)


def test_the_workers_write_nothing_and_change_nothing(built: Path, tmp_path: Path) -> None:
    seen: list[Row] = []

    def progress(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            seen.append(row)
            yield row

    with building(tmp_path / "set", ABOUT) as store:
        assert store.remaining == 65
        fill(store, ROWS["defective"], Workers(2), progress)
    assert len(seen) == 65
    assert files(tmp_path / "set") == files(built)
