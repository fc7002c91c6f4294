"""One HDF5 file of a dataset: fingerprints and the rows that describe them."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..compute.checkpoint import CheckpointError
from ..crystals.classes import LABELS
from ..defects import DefectRecipe

IMAGES_PER_CHUNK = 16
COMPRESSION = {"compression": "gzip", "compression_opts": 4, "shuffle": True}
"""See docs/decisions/0011-datasets-in-hdf5.md."""


class Row(NamedTuple):
    """One structure; the columns of a shard in the singular."""

    image: np.ndarray
    label: int
    species: str
    bond_length: float
    n_atoms: int
    defect: str
    strength: float
    recipe: str
    parent: int


@dataclass(frozen=True, eq=False)
class Shard:
    """Some of the structures of a set, as columns; see the table in :mod:`.store`."""

    images: np.ndarray
    labels: np.ndarray
    species: np.ndarray
    bond_lengths: np.ndarray
    n_atoms: np.ndarray
    defects: np.ndarray
    strengths: np.ndarray
    recipes: np.ndarray
    parents: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def recipe(self, place: int) -> DefectRecipe:
        """The recipe of the structure at `place` of this shard."""
        return DefectRecipe.from_dict(json.loads(str(self.recipes[place])))


DTYPES: Mapping[str, Any] = {
    "images": np.float32,
    "labels": np.uint8,
    "species": np.bytes_,
    "bond_lengths": np.float64,
    "n_atoms": np.int32,
    "defects": np.bytes_,
    "strengths": np.float64,
    "recipes": np.bytes_,
    "parents": np.int32,
}
assert tuple(DTYPES) == tuple(field.name for field in fields(Shard))


def encoded(rows: list[Row], about: Mapping[str, Any]) -> bytes:
    """The HDF5 file of rows, encoded in memory, so that the hash is of what was meant."""
    import h5py

    columns = zip(DTYPES.items(), zip(*rows, strict=True), strict=True)
    with h5py.File("shard", "w", driver="core", backing_store=False) as file:
        for (name, dtype), values in columns:
            data = np.array(values, dtype)
            chunk = (min(len(rows), IMAGES_PER_CHUNK if data.ndim > 1 else len(rows)),)
            file.create_dataset(name, data=data, chunks=chunk + data.shape[1:], **COMPRESSION)
        file.attrs["about"] = json.dumps(about)
        file["labels"].attrs["classes"] = np.array(about["classes"], np.bytes_)
        file["bond_lengths"].attrs["unit"] = "angstrom"
        file.flush()
        return bytes(file.id.get_file_image())


def decoded(path: Path, content: bytes, names: Iterable[str], size: int) -> dict[str, np.ndarray]:
    """Columns of a shard, checked: their number of rows, types and labels."""
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            columns = {name: file[name][:] for name in names}
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: not a shard of a dataset ({error})") from error
    for name, data in columns.items():
        if len(data) != size or not np.issubdtype(data.dtype, DTYPES[name]):
            raise CheckpointError(
                f"{path}: expected {size} of {np.dtype(DTYPES[name])} in {name!r}, received "
                f"{len(data)} of {data.dtype}"
            )
    if "labels" in columns and columns["labels"].max() >= len(LABELS):
        raise CheckpointError(f"{path}: expected labels from 0 to {len(LABELS) - 1}")
    return {n: data.astype(str) if data.dtype.kind == "S" else data for n, data in columns.items()}
