"""The structure picker: controls, uploads and refusals."""

import pytest
from panels import CountingSession, page_sends

from facecrystal_widgets import widgets
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import FileSource, PrototypeSource


def test_structure_picker_follows_and_leads(session: CountingSession) -> None:
    panel = widgets.StructurePanel(session)
    panel.picker.value = "Cu"
    panel.prototype.value = "fcc"
    assert session.source == PrototypeSource("fcc", "Cu")
    assert panel.constant.value == pytest.approx(3.61)
    panel.constant.value = 3.8
    assert session.source == PrototypeSource("fcc", "Cu", 3.8)
    panel.prototype.value = "rocksalt"
    assert session.source == PrototypeSource("rocksalt", "CuCl")
    panel.second.value = "O"
    assert session.source == PrototypeSource("rocksalt", "CuO")
    panel.picker.value = "O"  # both the same: another second one is taken
    assert session.source == PrototypeSource("rocksalt", "OCl")
    panel.size.value = 500
    assert session.target_atoms == 500
    session.choose(PrototypeSource("diamond", "Si"))
    assert (panel.prototype.value, panel.picker.value) == ("diamond", "Si")
    assert session.source == PrototypeSource("diamond", "Si")


def test_uploads_arrive_or_are_refused_in_words() -> None:
    session = Session()
    panel = widgets.StructurePanel(session)
    xyz = b"2\nLattice='3 0 0 0 3 0 0 0 3' pbc='T T T'\nFe 0 0 0\nFe 1.5 1.5 1.5\n"
    page_sends(panel.picker, {"filename": "<b>a</b>.extxyz"}, [memoryview(xyz)])
    kept = session.source
    assert isinstance(kept, FileSource)
    assert "&lt;b&gt;" in panel.preparation_hint.value
    page_sends(panel.picker, {"filename": "b.cif"}, [memoryview(b"nonsense")])
    assert "b.cif" in session.status
    page_sends(panel.picker, {"filename": "c.cif", "too_large": 10**8}, [])
    assert "100 MB are too large" in session.status
    still = session.source
    assert still is kept
    assert panel.prototype.value is None
    panel.picker.value = "Cu"
    assert session.source == PrototypeSource("bcc", "Cu")
