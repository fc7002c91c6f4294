"""Local maps: spheres, places, grains, colours, files and the command."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.cli import main
from facecrystal_widgets.compute.workers import HERE, BatchError, Workers
from facecrystal_widgets.convnet.reference import NetworkRef
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.crystals.periodic import wrapped
from facecrystal_widgets.crystals.spheres import Spheres
from facecrystal_widgets.mapping import local_map as local_map_module
from facecrystal_widgets.mapping import survey as survey_module
from facecrystal_widgets.mapping.files import annotated
from facecrystal_widgets.mapping.grains import MIN_PLACES, NONE, connect
from facecrystal_widgets.mapping.local_map import PART, LocalMap, local_map
from facecrystal_widgets.mapping.places import PLACE, classify_places
from facecrystal_widgets.mapping.survey import PORTION, Survey, spread_places, stream_places
from facecrystal_widgets.orientation.inverse_pole_figure import (
    STEPS,
    ipf_colours,
    key_image,
    make_table,
    sector_colours,
)
from facecrystal_widgets.orientation.rotations import misorientation, rotation_matrices
from facecrystal_widgets.reading.examples import EXAMPLES, example
from facecrystal_widgets.specimens.dynamics import growing
from facecrystal_widgets.specimens.examples import make_examples
from facecrystal_widgets.specimens.grains import polycrystal
from facecrystal_widgets.specimens.specimen import Specimen, random_rotations

RNG = np.random.default_rng(5)


# --- spheres --------------------------------------------------------------------------------


def box(number: int, pbc: tuple[bool, bool, bool], seed: int = 0) -> Atoms:
    """Random points in a skewed cell."""
    cell = np.array([[9.0, 0, 0], [2.0, 8.0, 0], [-1.0, 3.0, 10.0]])
    points = np.random.default_rng(seed).random((number, 3))
    return Atoms(["Cu"] * number, scaled_positions=points, cell=cell, pbc=pbc)


@pytest.mark.parametrize(
    "pbc", [(True, True, True), (True, True, False), (False, True, False), (False, False, False)]
)
def test_a_sphere_holds_the_nearest_atoms_and_images(pbc: tuple[bool, bool, bool]) -> None:
    atoms = box(60, pbc)
    place = np.array([3.0, -20.0, 41.0])
    index, positions = Spheres(atoms, 50).nearest_to(place)
    reach = [np.arange(-12, 13) if p else np.array([0]) for p in pbc]
    shifts = np.stack(np.meshgrid(*reach), axis=-1).reshape(-1, 3) @ np.asarray(atoms.cell)
    images = (atoms.positions + shifts[:, None]).reshape(-1, 3) - place
    distances = np.sort(np.linalg.norm(images, axis=1))[:50]
    np.testing.assert_allclose(np.linalg.norm(positions, axis=1), distances, atol=1e-6)
    inverse = np.linalg.inv(np.asarray(atoms.cell))
    steps = (positions + place - atoms.positions[index]) @ inverse
    np.testing.assert_allclose(steps, np.round(steps) * pbc, atol=1e-6)


def test_a_sphere_in_a_cell_of_one_atom_is_all_images() -> None:
    atoms = Atoms("Po", cell=[3.3] * 3, pbc=True)
    index, positions = Spheres(atoms, 125).nearest_to(np.zeros(3))
    assert not index.any()
    assert len(np.unique(positions.round(6), axis=0)) == 125


def test_a_small_cluster_is_one_sphere() -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "Fe"), 32)
    assert len(Spheres(cluster, 500).nearest_to(np.zeros(3))[0]) == len(cluster)


def test_a_sphere_that_takes_too_many_images_is_refused() -> None:
    needle = Atoms("Fe", cell=[0.06, 0.06, 1e6], pbc=True)
    with pytest.raises(fc.StructureError, match="too many images"):
        Spheres(needle, 1024).nearest_to(np.zeros(3))


def test_a_cut_sphere_is_a_cluster_with_a_record() -> None:
    iron = fc.prototype("bcc", "Fe").repeat(8)
    cluster = fc.cut_sphere(iron, 59, (5.0, 5.0, 5.0))
    assert not cluster.pbc.any()
    np.testing.assert_allclose(cluster.positions.mean(axis=0), 0, atol=1e-9)
    assert fc.preparation(cluster).note == "the 59 atoms nearest to (5.0, 5.0, 5.0) Å, of 1,024"
    assert fc.classify(cluster).label == "bcc"


@given(number=st.integers(1, 700), seed=st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_places_are_spread_evenly_and_are_not_more_than_asked_for(number: int, seed: int) -> None:
    atoms = box(600, (True, True, True), seed)
    centres, edge = spread_places(atoms, number)
    assert len(centres) <= number
    assert len(centres) >= min(number, len(atoms)) / 4
    assert len(np.unique(centres)) == len(centres)
    assert edge > 0
    steps = np.linalg.norm(np.diff(wrapped(atoms)[centres], axis=0), axis=1)
    shuffled = np.linalg.norm(np.diff(wrapped(atoms)[np.sort(centres)], axis=0), axis=1)
    if len(centres) > 100:  # neighbours in the list are neighbours in space
        assert steps.mean() < 0.7 * shuffled.mean()


def test_the_nearest_place_counts_over_the_periodic_boundary() -> None:
    atoms = Atoms("Cu3", positions=[[0.2, 0, 0], [5, 0, 0], [9.9, 0, 0]], cell=[10] * 3, pbc=True)
    survey = Survey(atoms, 16, np.array([0, 1]), 5.0)
    assert survey.nearest.tolist() == [0, 1, 0]


# --- maps -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grains() -> tuple[Specimen, LocalMap]:
    """A polycrystal with a fifth of its atoms missing, and its map."""
    made = polycrystal("bcc", "Fe", 2, 2500, 3).broken(fc.DefectRecipe(vacancies=0.2, seed=1))
    return made, local_map(made.atoms, 90, 96)


def test_class_orientation_and_grains_of_a_polycrystal(grains: tuple[Specimen, LocalMap]) -> None:
    specimen, found = grains
    inside = specimen.depths[found.centres] > 4
    assert inside.sum() > 10
    assert (found.labels[inside] == LABELS.index("bcc")).all()
    true = specimen.rotations[specimen.grains[found.centres]]
    off = misorientation(np.swapaxes(found.rotations, 1, 2), true)
    assert (off[inside] < 3).all()
    assert len(found.found_grains) == 2
    assert found.shares["bcc"] > 0.9
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.trusted.any()
    assert not found.rows["searched"].all()  # a neighbour's orientation served
    labels = found.atom_grains
    deep = specimen.depths > 2
    table = np.zeros((2, 2))
    np.add.at(table, (labels[deep], specimen.grains[deep]), labels[deep] >= 0)
    assert table.max(axis=0).sum() > 0.98 * deep.sum()  # each grain found is one that was made


def test_the_map_is_the_same_whoever_works(grains: tuple[Specimen, LocalMap]) -> None:
    specimen, found = grains
    here = local_map(specimen.atoms, 90, 96, workers=HERE)
    assert here.rows.tobytes() == found.rows.tobytes()
    survey = Survey.of(specimen.atoms, 90, 96)
    rest = np.concatenate(
        list(stream_places(survey, workers=HERE, portions=range(2, len(survey.portions))))
    )
    assert rest.tobytes() == found.rows[2 * PORTION :].tobytes()


def test_the_atoms_are_not_changed(grains: tuple[Specimen, LocalMap]) -> None:
    specimen, _ = grains
    before = specimen.atoms.copy()
    local_map(specimen.atoms, 3, 64, workers=HERE)
    assert before == specimen.atoms


def test_disorder_has_no_grains() -> None:
    from facecrystal_widgets.specimens.disorder import packing

    found = local_map(packing("Fe", 400).atoms, 30, workers=HERE)
    assert not found.trusted.any()
    assert found.found_grains == ()
    assert found.shares["none"] == 1
    assert all("no long-range order" in reason for reason in found.reasons)


@pytest.mark.slow
def test_a_growing_crystal_ends_where_its_melt_begins() -> None:
    specimen = growing("Cu")
    found = local_map(specimen.atoms, 200, 64)
    labels, here, deep = specimen.labels, found.atom_classes, specimen.depths > 6
    assert (here[deep & (labels == LABELS.index("fcc"))] == LABELS.index("fcc")).mean() > 0.98
    assert (here[deep & (labels == NONE)] == NONE).mean() > 0.9


def test_places_that_cannot_be_judged_say_why() -> None:
    apart = Atoms("Fe40", positions=np.arange(120.0).reshape(40, 3) ** 3)
    line = Atoms("Fe40", positions=[[2.5 * i, 0, 0] for i in range(40)])
    upon = Atoms("Fe40", positions=np.tile(RNG.random((20, 3)) * 9, (2, 1)))
    for atoms in (apart, line, upon):
        found = local_map(atoms, 3, 32, workers=HERE)
        assert not found.trust.any()
        assert all("cannot tell" in reason for reason in found.reasons), found.reasons
        assert found.shares["none"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"places": 0}, "places: expected a whole number from 1"),
        ({"sphere_atoms": 8}, "sphere_atoms: expected a whole number from 16 to 1,024"),
    ],
)
def test_numbers_that_make_no_map_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        local_map(fc.prototype("bcc", "Fe"), **options)


# --- grains ---------------------------------------------------------------------------------


def chain(number: int) -> np.ndarray:
    """Neighbours of places in a row."""
    i = np.arange(number)
    return np.stack([i, np.maximum(i - 1, 0), np.minimum(i + 1, number - 1)], axis=1)


def test_grains_are_told_by_angle_class_and_size() -> None:
    small, large = rotation_matrices([0, 0, 0.05]), rotation_matrices([0, 0, 0.5])
    quarter = rotation_matrices([0, 0, np.pi / 2])  # the same to a cube
    rotations = np.stack([np.eye(3), small, quarter, *[large] * 4, np.eye(3), *[np.eye(3)] * 3])
    labels = np.array([0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2])
    trust = np.array([1, 0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 1, 0.7, 0.7, 0.7])
    found = connect(chain(11), labels, rotations, trust, np.ones(11), 0.8)
    # three, four; one alone is too small; the last three are not trusted anywhere
    assert found.tolist() == [1, 1, 1, 0, 0, 0, 0, NONE, NONE, NONE, NONE]
    scores = np.ones(11)
    scores[4] = 0.1  # no order, and nothing that holds 3 to the others
    found = connect(chain(11), labels, rotations, trust, scores, 0.8)
    assert found.tolist() == [0, 0, 0, *[NONE] * 8]
    assert MIN_PLACES == 3


def test_no_places_make_no_grains() -> None:
    none = np.zeros(0)
    assert connect(np.zeros((0, 3), int), none, none, none, none, 0.8).tolist() == []


# --- colours --------------------------------------------------------------------------------


def test_the_colours_are_those_of_orix() -> None:
    from orix.plot import DirectionColorKeyTSL
    from orix.quaternion.symmetry import Oh
    from orix.vector import Vector3d

    table = make_table()
    assert table.shape == (STEPS + 1, STEPS + 1, 3)
    directions = RNG.standard_normal((3000, 3))
    theirs = 255 * DirectionColorKeyTSL(Oh).direction2color(Vector3d(directions))
    assert np.abs(sector_colours(directions) - theirs).max() < 4


def test_equivalent_directions_have_one_colour() -> None:
    directions = RNG.standard_normal((50, 3))
    colours = sector_colours(directions)
    np.testing.assert_array_equal(sector_colours(-3 * directions[:, [2, 0, 1]]), colours)
    np.testing.assert_array_equal(
        sector_colours(np.eye(3)[:2].sum(axis=0)), sector_colours(np.array([0, -1, 1]))
    )


def test_a_crystal_has_the_colour_of_its_direction_along_the_axis() -> None:
    turn = random_rotations(np.random.default_rng(1), 1)[0]
    along = turn.T @ [0, 0, 1]  # in crystal axes; `turn` takes these into the laboratory
    np.testing.assert_array_equal(ipf_colours(turn.T, np.array([0, 0, 2.0])), sector_colours(along))


def test_the_key_has_the_three_corners() -> None:
    key = key_image(200)
    height, width = key.shape[:2]
    assert key[height - 1, 0].tolist()[3] == 255
    assert key[0, 0, 3] == 0
    red, green = key[height - 1, 1, :3], key[height - 1, width - 2, :3]
    assert red.argmax() == 0
    assert green.argmax() == 1
    top = np.flatnonzero(key[1, :, 3])
    assert key[1, top[0], :3].argmax() == 2


# --- files and the command ------------------------------------------------------------------


def test_columns_for_every_atom(grains: tuple[Specimen, LocalMap]) -> None:
    _, found = grains
    atoms = annotated(found)
    assert len(atoms) == len(found.survey.atoms)
    assert set(atoms.arrays["crystal_class"]) <= {*LABELS, "none"}
    total = sum(atoms.arrays[f"p_{label}"] for label in LABELS)
    np.testing.assert_allclose(total, 1, atol=1e-5)
    np.testing.assert_array_equal(atoms.arrays["grain"], found.atom_grains)
    norms = np.linalg.norm(atoms.arrays["orientation"], axis=1)
    np.testing.assert_allclose(norms, 1, atol=1e-12)


@pytest.fixture(scope="module")
def structure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with two grains."""
    path = tmp_path_factory.mktemp("grains") / "two.xyz"
    ase.io.write(path, polycrystal("sc", "Po", 2, 900, 1).atoms)
    return path


def test_the_command_writes_a_folder_and_goes_on_from_it(
    structure: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["map", str(structure), "-o", str(tmp_path), "--places", "40", "--sphere-atoms", "64"]
    assert main([*command, "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert "sc" in said
    assert "grain" in said
    names = {"atoms.xyz", "places.csv", "grains.csv", "map.png", "map.svg", "map.json", "parts"}
    assert {path.name for path in tmp_path.iterdir()} == names
    atoms = ase.io.read(tmp_path / "atoms.xyz")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "places.csv").read_text("utf-8"))))
    assert len(rows) == len(set(atoms.arrays["place"]))
    spoken = int(atoms.arrays["place"][7])
    assert float(rows[spoken]["trust"]) == pytest.approx(atoms.arrays["trust"][7], abs=1e-4)
    table = (tmp_path / "places.csv").read_bytes()
    part = tmp_path / "parts" / "00000.npz"
    stamp, whole = part.stat().st_mtime_ns, part.read_bytes()
    assert main([*command, "--jobs", "1"]) == 0
    assert part.stat().st_mtime_ns == stamp  # read, not computed anew
    for damaged in (b"damaged", whole[:-100], whole[:200] + b"\xff" + whole[201:]):
        part.write_bytes(damaged)
        assert main([*command, "--jobs", "1"]) == 0
        assert part.read_bytes() == whole
        assert (tmp_path / "places.csv").read_bytes() == table
    capsys.readouterr()
    # other settings do not mix with it
    assert main([*command[:-1], "65", "--jobs", "1"]) == 1
    assert "another run (sphere_atoms differ); start anew with --force" in capsys.readouterr().err
    assert part.read_bytes() == whole
    assert main([*command[:-1], "65", "--jobs", "1", "--force"]) == 0


def test_a_killed_command_keeps_what_it_had(structure: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "facecrystal_widgets", "map", str(structure), "--jobs", "1"]
    command += ["-o", str(tmp_path), "--places", "900", "--sphere-atoms", "64"]
    first = tmp_path / "parts" / "00000.npz"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 300
        while not first.exists() and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    with np.load(first) as file:
        portions = [file[name] for name in file.files]
    assert len(portions) == PART
    for rows in portions:
        assert rows.dtype == PLACE
        assert len(rows) == PORTION
        assert rows["reason"].all()


def test_an_interrupted_map_continues_where_it_stopped(
    grains: tuple[Specimen, LocalMap], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the second of three parts, and then in the third."""
    specimen, expected = grains
    monkeypatch.setattr(local_map_module, "PART", 2)
    computed: list[int] = []
    limit = 0

    def counted(spheres: Any, network: NetworkRef) -> np.ndarray:
        if len(computed) == limit:
            raise BatchError("lost")
        computed.append(len(spheres))
        return classify_places(spheres, network)

    monkeypatch.setattr(survey_module, "classify_places", counted)
    for limit in (3, 5):  # noqa: B007 (`counted` reads it)
        with pytest.raises(BatchError):
            local_map(specimen.atoms, 90, 96, folder=tmp_path, workers=HERE)
    assert [path.name for path in sorted((tmp_path / "parts").iterdir())] == [
        "00000.npz",
        "00002.npz",
    ]
    limit = -1
    again = local_map(specimen.atoms, 90, 96, folder=tmp_path, workers=HERE)
    assert again.rows.tobytes() == expected.rows.tobytes()
    # portion 2 was computed twice, as its part was not complete; all others once
    assert len(computed) == len(again.survey.portions) + 1
    with pytest.raises(ValueError, match=r"another run \(structure, places differ\)"):
        local_map(specimen.atoms[1:], 90, 96, folder=tmp_path, workers=HERE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no structure found|holds nothing|is empty"),
        ("2\n\nFe 0 0 0\nFe nan 0 0\n", "nan"),
        ("1\n\nXx 0 0 0\n", "Xx"),
    ],
)
def test_files_that_cannot_be_mapped_are_named(
    content: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    path = tmp_path / "bad.xyz"
    path.write_text(content, encoding="utf-8")
    assert main(["map", str(path), "-o", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "bad.xyz" in said
    assert re.search(words, said)


def test_examples_are_what_their_command_makes() -> None:
    names = [*EXAMPLES.values()]
    made = make_examples()
    assert list(made) == names
    for name in names:
        shipped, again = (
            ase.io.read(io.StringIO(content.decode()), format="extxyz")
            for content in (example(name), made[name])
        )
        assert len(shipped) == len(again)
        if name != "growing-crystal.xyz":  # chaos: the last bit of a sum decides, on other machines
            np.testing.assert_allclose(shipped.positions, again.positions, atol=2e-3)
    with pytest.raises(ValueError, match=r"four-grains\.xyz"):
        example("other.xyz")


def test_workers_on_a_cluster_are_asked_as_elsewhere() -> None:
    with pytest.raises(BatchError, match="no Dask"):
        local_map(
            fc.prototype("bcc", "Fe").repeat(3), 4, workers=Workers(cluster="tcp://127.0.0.1:9")
        )
