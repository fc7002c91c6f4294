"""Sources of structures."""

import pytest

from facecrystal_widgets.session.sources import FileSource, PrototypeSource, titled_error


def test_sources_load_their_structures(tungsten: bytes) -> None:
    assert PrototypeSource("rocksalt", "NaCl").load().get_chemical_formula() == "Cl4Na4"
    assert PrototypeSource("fcc", "Cu", 3.7).load().cell.lengths() == pytest.approx([3.7] * 3)
    assert set(FileSource("W.cif", tungsten).load().get_chemical_symbols()) == {"W"}


def test_a_source_is_a_value_with_a_title() -> None:
    assert PrototypeSource("fcc", "Cu") == PrototypeSource("fcc", "Cu")
    assert FileSource("a.cif", b"1") != FileSource("a.cif", b"1", frame=1)
    assert PrototypeSource("fcc", "Cu").title.startswith("Cu, ")
    assert FileSource("a.cif", b"").title == "a.cif"
    with pytest.raises(ValueError, match=r"name: expected one of .*, received 'fccc'"):
        PrototypeSource("fccc")


def test_the_error_of_a_file_begins_with_its_name() -> None:
    source = FileSource("a.cif", b"")
    assert str(titled_error(source, ValueError("no atoms"))) == "a.cif: no atoms"
    for error in (ValueError("a.cif: no atoms"), RuntimeError("no atoms")):
        assert titled_error(source, error) is error
