"""Reading structures from files, written by hand or by anybody, and from what is no structure."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import ase.io
import gemmi
import numpy as np
import pytest
from ase import Atoms
from hypothesis import example, given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.checks import StructureError
from facecrystal_widgets.crystals.preparation import RECORD
from facecrystal_widgets.reading import structures as reading


def cif(
    symmetry: str = "_symmetry_space_group_name_H-M 'F m -3 m'",
    atoms: str = "Cu1 0 0 0",
    cell: tuple[float | str, ...] = (3.615, 3.615, 3.615, 90, 90, 90),
    columns: str = "label fract_x fract_y fract_z",
    name: str = "crystal",
) -> str:
    parts = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = [f"data_{name}", *(f"_cell_{p} {x}" for p, x in zip(parts, cell, strict=True))]
    lines += [symmetry, "loop_", *(f"_atom_site_{column}" for column in columns.split()), atoms, ""]
    return "\n".join(lines)


def operations(symbol: str) -> str:
    """The space group with all its operations listed, as databases do."""
    group = gemmi.SpaceGroup(symbol)
    listed = "\n".join(f"'{operation.triplet()}'" for operation in group.operations())
    return f"_space_group_IT_number {group.number}\nloop_\n_symmetry_equiv_pos_as_xyz\n{listed}"


CONTENT = {
    "Cu.cif": cif(),
    "Si.POSCAR": """\
        silicon
        5.43
        0.0 0.5 0.5
        0.5 0.0 0.5
        0.5 0.5 0.0
        Si
        2
        Direct
        0.00 0.00 0.00
        0.25 0.25 0.25
        """,
    "POSCAR": """\
        W, selective dynamics
        3.165
        1 0 0
        0 1 0
        0 0 1
        W
        2
        Selective dynamics
        Cartesian
        0.0 0.0 0.0 T T T
        0.5 0.5 0.5 F F F
        """,
    "Fe.xyz": """\
        2
        Lattice="2.87 0 0 0 2.87 0 0 0 2.87" Properties=species:S:1:pos:R:3 pbc="T T T"
        Fe 0 0 0
        Fe 1.435 1.435 1.435
        """,
    "Po.extxyz": """\
        1
        Lattice="3.35 0 0 0 3.35 0 0 0 3.35" Properties=species:S:1:pos:R:3:forces:R:3
        Po 0.1 0.2 0.3 0 0 0
        """,
    "geometry.in": """\
        # FHI-aims
        lattice_vector 0.0 2.025 2.025
        lattice_vector 2.025 0.0 2.025
        lattice_vector 2.025 2.025 0.0
        atom_frac 0 0 0 Al
        """,
    "geometry.in.next_step": """\
        lattice_vector 2.87 0 0
        lattice_vector 0 2.87 0
        lattice_vector 0 0 2.87
        atom 0 0 0 Fe
        atom 1.435 1.435 1.435 Fe
        """,
    "dump.lammpstrj": """\
        ITEM: TIMESTEP
        0
        ITEM: NUMBER OF ATOMS
        2
        ITEM: BOX BOUNDS pp pp pp
        0.0 2.87
        0.0 2.87
        0.0 2.87
        ITEM: ATOMS id type element x y z
        2 1 Fe 1.435 1.435 1.435
        1 1 Fe 0 0 0
        """,
    "data.cell": """\
        LAMMPS data file

        2 atoms
        1 atom types
        0.0 2.87 xlo xhi
        0.0 2.87 ylo yhi
        0.0 2.87 zlo zhi

        Masses

        1 55.845

        Atoms # atomic

        1 1 0 0 0
        2 1 1.435 1.435 1.435
        """,
}
CONTENT = {name: dedent(content) for name, content in CONTENT.items()}
EXPECTED = {
    "Cu.cif": ("fcc", "Cu"),
    "Si.POSCAR": ("diamond", "Si"),
    "POSCAR": ("bcc", "W"),
    "Fe.xyz": ("bcc", "Fe"),
    "Po.extxyz": ("sc", "Po"),
    "geometry.in": ("fcc", "Al"),
    "geometry.in.next_step": ("bcc", "Fe"),
    "dump.lammpstrj": ("bcc", "Fe"),
    "data.cell": ("bcc", "Fe"),
}


def read(content: str, name: str, frame: int = 0) -> Atoms:
    return fc.read_structure(content.encode(), name, frame)


# --- formats ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTENT)
def test_formats_written_by_hand(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(CONTENT[name])
    for atoms in (fc.read_structure(path), fc.read_structure(str(path)), read(CONTENT[name], name)):
        label, element = EXPECTED[name]
        verdict = fc.classify(atoms)
        assert str(verdict) == f"{label} ({verdict.symbol}) 1.000"
        assert set(atoms.symbols) == {element}
        assert verdict.notes == ()


@pytest.mark.parametrize("name", CONTENT)
def test_windows_line_ends_and_a_missing_last_one_do_not_matter(name: str) -> None:
    expected = read(CONTENT[name], name)
    for content in (CONTENT[name].replace("\n", "\r\n"), CONTENT[name].rstrip("\n")):
        np.testing.assert_allclose(read(content, name).positions, expected.positions)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind(kind: type) -> None:
    assert len(fc.read_structure(kind(CONTENT["Fe.xyz"].encode()), "Fe.xyz")) == 2


@pytest.mark.parametrize(
    ("ending", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_compressed_files_are_read_from_disk_alone(
    tmp_path: Path, ending: str, compress: Callable[[bytes], bytes]
) -> None:
    """An upload that unpacks to gigabytes is a way to bring a server down."""
    for name in ("Cu.cif", "Fe.xyz", "POSCAR"):
        packed = compress(CONTENT[name].encode())
        (tmp_path / (name + ending)).write_bytes(packed)
        assert fc.classify(fc.read_structure(tmp_path / (name + ending))).label
        with pytest.raises(StructureError, match="unpack the file first"):
            fc.read_structure(packed, name + ending)


def test_plain_xyz_has_no_cell() -> None:
    atoms = read("2\nwater without hydrogen\nO 0 0 0\nO 0 0 1.2\n", "a.xyz")
    assert not atoms.pbc.any()


def test_a_chosen_frame() -> None:
    frames = "".join(CONTENT["Fe.xyz"].replace("2.87", f"{a}") for a in (2.8, 2.9, 3.0))
    lengths = [read(frames, "a.xyz", i).cell.lengths()[0] for i in (0, 1, 2, -1, -2, -3)]
    assert lengths == [2.8, 2.9, 3.0, 3.0, 2.9, 2.8]
    for frame in (3, -4):
        with pytest.raises(
            StructureError, match=f"^a.xyz: frame {frame} was asked for, but the file holds 3$"
        ):
            read(frames, "a.xyz", frame)


@pytest.mark.parametrize("frame", ["0", None, 1.5, np.nan, True])
def test_the_frame_is_checked(frame: Any) -> None:
    with pytest.raises(ValueError, match="frame: expected a whole number"):
        read(CONTENT["Fe.xyz"], "a.xyz", frame)


def test_frames_come_one_by_one(tmp_path: Path) -> None:
    """The good ones first; a broken one ends the file, and the message says which it is."""
    path = tmp_path / "run.xyz"
    path.write_text(2 * CONTENT["Fe.xyz"] + CONTENT["Fe.xyz"].replace("Fe 0 0 0", "Fe 0 0 nan"))
    frames = fc.read_frames(path)
    assert [len(next(frames)), len(next(frames))] == [2, 2]
    with pytest.raises(StructureError, match=r"run.xyz: structure 3: atom 1 lies at \(0, 0, nan\)"):
        next(frames)
    assert len(fc.read_structure(path, frame=1)) == 2


# --- CIF ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symmetry", "atoms", "n_atoms"),
    [
        ("_symmetry_space_group_name_H-M 'F m -3 m'", "Si1 0 0 0", 4),
        ("_space_group_name_H-M_alt 'Fm-3m'", "Si1 0 0 0", 4),
        ("_space_group_IT_number 225", "Si1 0 0 0", 4),
        ("_symmetry_Int_Tables_number 229", "Si1 0 0 0", 2),
        ("_symmetry_space_group_name_Hall '-P 4 2 3'", "Si1 0 0 0", 1),
        (operations("F d -3 m:1"), "Si1 0 0 0", 8),
        (operations("F d -3 m:2"), "Si1 .125 .125 .125", 8),
        ("_symmetry_space_group_name_H-M 'F d -3 m :1'", "Si1 0 0 0", 8),
        ("_symmetry_space_group_name_H-M 'F d -3 m:2'", "Si1 .125 .125 .125", 8),
        ("_symmetry_space_group_name_H-M 'F d -3 m S'", "Si1 0 0 0", 8),
        ("_symmetry_space_group_name_H-M 'F d -3 m Z'", "Si1 .125 .125 .125", 8),
        ("_symmetry_space_group_name_H-M 'P 1'", "Si1 0 0 0\nSi2 0.5 0.5 0.5", 2),
        ("", "Si1 0 0 0\nSi2 0.5 0.5 0.5", 2),
        # the operations count, whatever the symbol says
        (
            "_symmetry_space_group_name_H-M 'F m -3 m'\nloop_\n_symmetry_equiv_pos_as_xyz\nx,y,z",
            "Si1 0 0 0",
            1,
        ),
        # all atoms of the cell listed, and the symmetry as well
        (operations("I m -3 m"), "Si1 0 0 0\nSi2 0.5 0.5 0.5", 2),
        # operations of no tabulated setting
        (
            "loop_\n_space_group_symop_operation_xyz\n'x,y,z'\n'x+1/4,y+1/4,z+1/4'\n"
            "'x+1/2,y+1/2,z+1/2'\n'x+3/4,y+3/4,z+3/4'",
            "Si1 0 0 0",
            4,
        ),
        # rounded special positions, and positions outside the cell
        (operations("P 63/m m c"), "Si1 0.333 0.667 0.25", 2),
        (operations("F m -3 m"), "Si1 1 -1 7", 4),
        (operations("F m -3 m"), "Si1 0.0000(3) 0.0 0", 4),
    ],
)
def test_ways_to_say_the_symmetry(symmetry: str, atoms: str, n_atoms: int) -> None:
    cell = (3.2, 3.2, 5.2, 90, 90, 120) if "63" in symmetry or "0.333" in atoms else (5.4,) * 3
    structure = read(cif(symmetry, atoms, (*cell, 90, 90, 90)[:6]), "a.cif")
    assert len(structure) == n_atoms
    assert fc.preparation(structure).remarks == ()


@pytest.mark.parametrize(("position", "origin"), [("0 0 0", 1), (".125 .125 .125", 2)])
def test_an_origin_left_open_is_chosen_and_said(position: str, origin: int) -> None:
    for symmetry in ("_symmetry_space_group_name_H-M 'F d -3 m'", "_space_group_IT_number 227"):
        atoms = read(cif(symmetry, f"Si1 {position}", (5.43, 5.43, 5.43, 90, 90, 90)), "a.cif")
        verdict = fc.classify(atoms)
        assert verdict.label == "diamond"
        assert f"choice {origin} was taken, which gives 8 atoms" in verdict.notes[0]


def test_shared_sites_take_the_most_frequent_species_and_say_so() -> None:
    text = cif(
        operations("F m -3 m"),
        "Zn1 Zn 0 0 0 0.3\nCu1 Cu2+ 0 0 0 0.6\nAl Al 0 0 0 0.1",
        columns="label type_symbol fract_x fract_y fract_z occupancy",
    )
    atoms = read(text, "brass.cif")
    assert (len(atoms), set(atoms.symbols)) == (4, {"Cu"})
    assert "partly occupied sites" in fc.classify(atoms).notes[0]


def test_the_blocks_of_a_cif_are_its_frames() -> None:
    text = "data_global\n_journal 'x'\n" + cif(name="one") + cif(name="two", atoms="W1 0 0 0")
    assert [set(read(text, "a.cif", i).symbols) for i in (0, 1)] == [{"Cu"}, {"W"}]


def test_deuterium_is_hydrogen() -> None:
    assert set(read(cif(atoms="D1 0 0 0"), "a.cif").symbols) == {"H"}


def test_a_large_cif_agrees_with_what_was_written() -> None:
    rng = np.random.default_rng(0)
    atoms = Atoms("Fe3000", scaled_positions=rng.random((3000, 3)), cell=[33, 33, 33], pbc=True)
    file = io.BytesIO()
    ase.io.write(file, atoms, format="cif")
    again = fc.read_structure(file.getvalue(), "large.cif")
    np.testing.assert_allclose(again.positions, atoms.positions, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (cif().replace("data_crystal\n", ""), r"not a valid CIF \(line 1: .*data_"),
        (cif()[:-4], r"not a valid CIF \(line \d+: Wrong number of values"),
        (cif() + "_x 'abc", r"unterminated 'string'"),
        (cif(name="a") * 2, "duplicate block name"),
        ("data_a\n_cell_length_a 3\n", "no fractional coordinates"),
        (cif(columns="label Cartn_x Cartn_y Cartn_z"), "no fractional coordinates"),
        (cif("_symmetry_space_group_name_H-M 'Q 3'"), r"symmetry is not known \(Q 3\)"),
        (
            cif("loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'y,z,x'", "Cu1 .1 .2 .3"),
            "symmetry is not known",
        ),
        (cif(atoms="Xx1 0 0 0"), "site 'Xx1' is no known element"),
        (cif(atoms="Cu1 ? 0 0"), r"atom 1 lies at \(nan"),
        (cif(cell=(0, 3, 3, 90, 90, 90)), "missing or has no volume"),
        (cif(cell=(-3, -3, 3, 90, 90, 90)), "missing or has no volume"),
        (cif(cell=(3, 3, 3, 90, 90, 180)), "missing or has no volume"),
        (cif(cell=("?", 3, 3, 90, 90, 90)), "missing or has no volume|not lengths"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cif(text: str, message: str) -> None:
    with pytest.raises(StructureError, match="^bad.cif: .*(" + message + ")"):
        read(text, "bad.cif")


# --- species that a file does not name ----------------------------------------------------------


def test_lammps_types_without_elements_leave_a_trace() -> None:
    text = CONTENT["dump.lammpstrj"].replace(" element", "").replace(" Fe", "")
    atoms = read(text, "dump.lammpstrj")
    assert set(atoms.symbols) == {"H"}
    (remark,) = fc.preparation(atoms).remarks
    assert remark == (
        "The file names no elements: LAMMPS types were taken for atomic numbers, 1 as H."
    )
    verdict = fc.classify(atoms)
    assert verdict.label == "bcc"
    assert verdict.notes == (remark,)
    assert fc.preparation(fc.DefectRecipe(vacancies=0.1).apply(fc.build_cluster(atoms))).remarks


def test_lammps_data_without_masses_leaves_a_trace() -> None:
    text = CONTENT["data.cell"].replace("Masses\n\n1 55.845\n\n", "").replace("2 1 1.4", "2 2 1.4")
    (remark,) = fc.preparation(read(text, "data.cell")).remarks
    assert remark.endswith("atomic numbers, 1 as H, 2 as He.")


def test_lammps_masses_name_the_elements() -> None:
    text = CONTENT["dump.lammpstrj"].replace("element", "mass").replace(" Fe", " 55.845")
    atoms = read(text, "dump.lammpstrj")
    assert set(atoms.symbols) == {"Fe"}
    assert fc.preparation(atoms).remarks == ()


def test_impossible_lammps_types_are_refused() -> None:
    text = CONTENT["dump.lammpstrj"].replace(" element", "").replace("2 1 Fe", "2 200")
    text = text.replace("1 1 Fe", "1 1")
    with pytest.raises(StructureError, match=r"^dump.lammpstrj: .*(no known element|failed)"):
        read(text, "dump.lammpstrj")


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["..\\..\\x.cif", "../../../etc/x.cif", "/etc/x.cif", "C:\\Users\\x.cif", "<b>x</b>.cif",
     "a@1.cif", "mysql_1.cif", "postgres.cif", "x\0y.cif", "ü \ud800.cif", "a" * 5000 + ".cif",
     "-.cif", "*.cif", "~.cif", "$(rm x).cif", "X.CIF"],
)  # fmt: skip
def test_names_are_only_looked_at(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(read(CONTENT["Cu.cif"], name)) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["..", ".", "/", "\\", "\0", "?", "x/", "..."])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(StructureError, match="not a known structure file"):
        read("hello\nworld\n", name)


@pytest.mark.parametrize("name", [None, ""])
def test_bytes_need_a_name(name: str | None) -> None:
    with pytest.raises(ValueError, match="filename: bytes need a name"):
        fc.read_structure(b"1\n\nH 0 0 0\n", name)


def test_messages_carry_the_name_as_it_was_given() -> None:
    with pytest.raises(StructureError, match=r"^<b>x</b>\.\.\\y\.cif: not a valid CIF"):
        read("hello", "<b>x</b>..\\y.cif")


def test_at_signs_and_database_names_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASE reads the name 'a@1.xyz' as frame 1 of a file 'a', and asks a server for 'mysql.xyz'."""
    monkeypatch.chdir(tmp_path)
    for name in ("a@1.xyz", "mysql.xyz", "postgresql.xyz"):
        Path(name).write_text(CONTENT["Fe.xyz"])
        assert len(fc.read_structure(name)) == 2


# --- what is no structure -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.cif", "the file is empty"),
        (b"", "POSCAR", "the file is empty"),
        (b"hello", "a.txt", "not a known structure file; give CIF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.xyz", "expected a number of atoms"),
        (b"\xff\xfe\x00", "POSCAR", "reading failed"),
        (b"2\n\nFe 0 0 0\n", "a.xyz", "it ends after 1 of 2 atoms"),
        (b"2\n", "a.xyz", "it ends after 0 of 2 atoms"),
        (b"2\n\nFe 0 0 0\nFe 1 1\n", "a.xyz", "reading failed after 0 complete structures"),
        (b"-2\n\nFe 0 0 0\n", "a.xyz", "expected a number of atoms, received '-2'"),
        (b"9" * 5000 + b"\n\n", "a.xyz", "reading failed"),
        (b"2\n\nFe 0 0 0\nXx 1 1 1\n", "a.xyz", "unknown element 'Xx'"),
        (b"2\n\nFe 0 0 0\nX 1 1 1\n", "a.xyz", r"atom 2 has no known element \(atomic number 0\)"),
        (b"2\n\nFe 0 0 0\nFe 0 0 nan\n", "a.xyz", r"atom 2 lies at \(0, 0, nan\)"),
        (b"0\n\n", "a.xyz", "announces 0 atoms"),
        (CONTENT["POSCAR"][:40].encode(), "POSCAR", "reading failed"),
        (CONTENT["geometry.in"].replace("Al", "Zz").encode(), "geometry.in", "Zz"),
        (CONTENT["dump.lammpstrj"][:100].encode(), "a.dump", "reading failed|no structure found"),
        (b"SQLite format 3\0", "a.db", "files of type db are not read"),
        (b"{}", "a.aselmdb", "files of type db are not read"),
        (b"anything", "a.html", "not a known structure file"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(content: bytes, name: str, message: str) -> None:
    with pytest.raises(StructureError, match=f"^{name}: .*({message})"):
        fc.read_structure(content, name)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path, message in (
        (tmp_path / "none.cif", "cannot be opened"),
        (tmp_path, "is not a file"),
        (Path("x" * 5000), "cannot be opened"),
        ("a\0b.cif", "cannot be opened"),
    ):
        with pytest.raises(StructureError, match=message):
            fc.read_structure(path)


def test_a_very_large_file_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.xyz"
    with path.open("wb") as file:
        file.truncate(reading.MAX_BYTES + 1)
    with pytest.raises(StructureError, match=r"large.xyz: 500 MB are more than the 500 MB"):
        fc.read_structure(path)


@pytest.mark.parametrize("count", [100_001, 10**12])
@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("Fe.xyz", "{}\nLattice"),
        ("POSCAR", "W\n{}\n"),
        ("dump.lammpstrj", "ATOMS\n{}\n"),
        ("data.cell", "{} atoms"),
    ],
)
def test_the_announcement_of_very_many_atoms_is_enough(name: str, before: str, count: int) -> None:
    """ASE would allocate for them, or count lines beyond the end of the file for hours."""
    text = CONTENT[name].replace(before.format(2), before.format(count))
    with pytest.raises(StructureError, match=rf"^{name}: the file announces {count:,} atoms"):
        read(text, name)


def test_more_atoms_than_can_be_handled_are_refused() -> None:
    text = CONTENT["geometry.in"] + "atom_frac 0.1 0.1 0.1 Al\n" * 100_001
    with pytest.raises(StructureError, match=r"^geometry.in: the structure holds 100,002 atoms"):
        read(text, "geometry.in")


def test_a_record_in_the_file_is_not_believed() -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
    file = io.StringIO()
    ase.io.write(file, cluster, format="extxyz")
    assert "facecrystal" in file.getvalue()
    atoms = read(file.getvalue(), "a.extxyz")
    assert fc.preparation(atoms).kind == "as-given"
    assert atoms.info[RECORD]["remarks"] == ()


NAMES = ("a.cif", "POSCAR", "a.xyz", "a.extxyz", "geometry.in", "dump.lammpstrj", "a.data")
WORDS = st.sampled_from(
    ["1", "2", "0", "-1", "1e308", "nan", "inf", "Fe", "Xx", "data_a", "loop_", "'x'", ";", "#",
     "_cell_length_a", "_atom_site_fract_x", "Direct", "atom", "lattice_vector", "Lattice=\"1 0\"",
     "ITEM: ATOMS id type x y z", "ITEM: TIMESTEP", "ITEM: NUMBER OF ATOMS",
     "ITEM: BOX BOUNDS pp pp pp", "Properties=species:S:1:pos:R:3", "0 1 xlo xhi", "Atoms", "\n"]
)  # fmt: skip


def read_or_explain(name: str, content: bytes) -> None:
    """Atoms, or an error that names the file."""
    try:
        atoms = fc.read_structure(content, name)
    except StructureError as error:
        assert str(error).startswith(f"{name}: ")  # noqa: PT017
    else:
        assert len(atoms) > 0


@settings(deadline=None, max_examples=200)
@given(name=st.sampled_from(NAMES), content=st.binary(min_size=1, max_size=200))
@example(name="a.xyz", content=b"99999999999999\n\n")
@example(name="a.xyz", content=b"-3\n\nFe 0 0 0\n")
def test_arbitrary_bytes_are_atoms_or_explained(name: str, content: bytes) -> None:
    read_or_explain(name, content)


@settings(deadline=None, max_examples=200)
@given(
    name=st.sampled_from(NAMES),
    lines=st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=15),
)
def test_plausible_nonsense_is_atoms_or_explained(name: str, lines: list[str]) -> None:
    read_or_explain(name, "\n".join(lines).encode() + b"\n")


@settings(deadline=None, max_examples=200)
@given(name=st.sampled_from(sorted(CONTENT)), data=st.data())
def test_damaged_files_are_atoms_or_explained(name: str, data: st.DataObject) -> None:
    """Cut somewhere, and with some bytes turned."""
    content = bytearray(CONTENT[name].encode())
    del content[data.draw(st.integers(1, len(content))) :]
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_explain(name, bytes(content))
