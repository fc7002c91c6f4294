"""Panels without a browser: traits in, traits out, and nothing left behind."""

import gc
import threading
import weakref
from dataclasses import replace
from typing import Any

import comm
import ipywidgets as ipw
import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets import widgets
from facecrystal_widgets.laboratory.curves import CurvesPanel
from facecrystal_widgets.laboratory.embedding import EmbeddingPanel
from facecrystal_widgets.laboratory.evaluation import EvaluationPanel
from facecrystal_widgets.laboratory.training import TrainingPanel
from facecrystal_widgets.session.session import FileSource, PrototypeSource, Session
from facecrystal_widgets.widgets import scene as viewing
from facecrystal_widgets.widgets.view import Style

PANELS = [
    widgets.AttentionPanel,
    widgets.DefectPanel,
    EvaluationPanel,
    widgets.FingerprintPanel,
    EmbeddingPanel,
    widgets.ProbabilityPanel,
    widgets.StructurePanel,
    widgets.SymmetryPanel,
    TrainingPanel,
    CurvesPanel,
    widgets.VerdictPanel,
    widgets.ViewerPanel,
    widgets.LayersPanel,
]


@pytest.fixture
def session() -> Session:
    return Session(strict=True)


@pytest.mark.parametrize("panel", PANELS)
def test_each_panel_works_alone(panel: type) -> None:
    alone = panel()
    assert alone.session.get("verdict").label == "bcc"
    bundle = alone._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert sum(isinstance(child, Style) for child in alone.children) == 1
    alone._repr_mimebundle_()
    assert sum(isinstance(child, Style) for child in alone.children) == 1
    alone.close()
    alone.close()


def test_sliders_write_the_recipe_and_show_it(session: Session) -> None:
    panel = widgets.DefectPanel(session)
    panel.vacancies.value = 30
    panel.displacement.value = 0.12
    panel.substitution.value = 25
    panel.removal.value = 40
    panel.seed.value = 7
    assert session.recipe == fc.DefectRecipe(
        vacancies=0.3, displacement=0.12, substitution=0.25, species=("Cr",), removal=0.4, seed=7
    )
    session.recipe = fc.DefectRecipe(vacancies=0.1, substitution=0.5, species=("Ni", "Al"), seed=2)
    assert (panel.vacancies.value, panel.displacement.value, panel.removal.value) == (10, 0, 0)
    assert (panel.first.value, panel.second.value, panel.seed.value) == ("Ni", "Al", 2)
    panel.second.value = "–"
    assert session.recipe.species == ("Ni",)
    panel.first.value = "–"
    assert session.recipe.species == ()
    assert session.recipe.substitution == 0


def test_a_slider_is_not_written_back_while_it_moves(session: Session) -> None:
    """The page counts in steps of floats; an answer would reach a slider that is further on."""
    panel = widgets.DefectPanel(session)
    written: list[float] = []
    for control in (panel.vacancies, panel.displacement, panel.substitution, panel.removal):
        control.observe(lambda change: written.append(change["new"]), "value")
        for step in range(1, 61):
            control.value = sent = step * control.step  # 0.07 is 0.07000000000000001
            assert written.pop() == sent
            assert not written
    assert session.recipe.displacement == 0.6
    panel.displacement.value = 11 * 0.01
    assert session.recipe.displacement == 0.11


def test_showing_a_recipe_does_not_round_it(session: Session) -> None:
    widgets.DefectPanel(session)
    for recipe in (
        fc.DefectRecipe(vacancies=0.333, substitution=0.123, species=("Al",)),
        fc.DefectRecipe(lindemann=0.11, seed=3),
        fc.DefectRecipe(displacement=0.1234),
    ):
        session.recipe = recipe
        assert session.recipe == recipe


def test_showing_an_extreme_state_does_not_clip_it(session: Session) -> None:
    explorer = fc.Explorer(session)
    for recipe in (
        fc.DefectRecipe(displacement=1.5),
        fc.DefectRecipe(lindemann=2.0),
        fc.DefectRecipe(seed=2**64 - 1),
    ):
        session.recipe = recipe
        assert session.recipe == recipe
    session.recipe = fc.DefectRecipe()
    for constant in (0.1, 100.0):
        session.choose(PrototypeSource("sc", "Po", constant))
        assert session.source.lattice_constant == constant
    for symprec in (1e-5, 10**-0.5):
        session.symprec = symprec
        assert session.symprec == symprec
    xyz = b"1\nLattice='3 0 0 0 3 0 0 0 3' pbc='T T T'\nPo 0 0 0\n"
    session.choose(FileSource("Po.xyz", 2 * xyz, frame=-1))
    assert session.source.frame == explorer.structure.frame.value == -1
    explorer.close()


def test_a_new_draw_changes_the_seed_alone(session: Session) -> None:
    panel = widgets.DefectPanel(session)
    panel.vacancies.value = 30
    panel.draw.click()
    assert session.recipe.seed != 0
    assert replace(session.recipe, seed=0) == fc.DefectRecipe(vacancies=0.3)
    session.recipe = fc.DefectRecipe(seed=2**64 - 1)
    panel.draw.click()
    assert session.recipe.seed == 0


def test_a_partner_is_found_for_every_host(session: Session) -> None:
    panel = widgets.DefectPanel(session)
    session.upload("a.xyz", b"3\n\nCr 0 0 0\nNi 2.5 0 0\nSi 0 2.5 0\n")
    panel.substitution.value = 30
    assert session.recipe.species == ("H",)


def test_removal_is_offered_where_there_is_a_sublattice(session: Session) -> None:
    panel = widgets.DefectPanel(session)
    expected = {"bcc": "sc", "diamond": "fcc", "fcc": None, "sc": None}
    for name, becomes in expected.items():
        session.choose(PrototypeSource(name, "Fe"))
        assert panel.removal.disabled is (becomes is None)
        if becomes:
            assert f"becomes {becomes}" in panel.about_removal.value
            panel.removal.value = 100
            assert session.get("verdict").label == becomes


def test_structure_picker_follows_and_leads(session: Session) -> None:
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
    panel.picker._handle_custom_msg({"filename": "<b>a</b>.extxyz"}, [memoryview(xyz)])
    assert isinstance(session.source, FileSource)
    assert "&lt;b&gt;" in panel.about.value
    kept = session.source
    panel.picker._handle_custom_msg({"filename": "b.cif"}, [memoryview(b"nonsense")])
    assert "b.cif" in session.status
    panel.picker._handle_custom_msg({"filename": "c.cif", "too_large": 10**8}, [])
    assert "100 MB are too large" in session.status
    assert session.source is kept
    assert panel.prototype.value is None
    panel.picker.value = "Cu"
    assert session.source == PrototypeSource("bcc", "Cu")


def test_verdict_reads_as_the_design_says(session: Session) -> None:
    panel = widgets.VerdictPanel(session)
    assert ">bcc (Im-3m) 1.000<" in panel.line.value
    session.choose(PrototypeSource("hcp", "Mg"))
    assert "not cubic" in panel.notes.value


def test_symmetry_falls_to_p1_while_the_network_holds(session: Session) -> None:
    panel = widgets.SymmetryPanel(session)
    session.settle()
    assert "Im-3m" in panel.text.value
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    panel.tolerance.value = 0.1
    session.settle()
    assert "P1" in panel.text.value
    assert session.symprec == 0.1
    assert session.get("verdict").label == "bcc"


def test_bars_follow(session: Session) -> None:
    panel = widgets.ProbabilityPanel(session)
    session.recipe = fc.DefectRecipe(removal=1.0)
    assert list(panel.figure.data[0].x) == list(session.get("verdict").probabilities.values())
    assert [name.split()[0] for name in panel.figure.data[0].y] == list(fc.LABELS)


def test_bars_reach_the_page_in_one_message(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, create = [], comm.create_comm

    def spy(**options: Any) -> Any:
        opened.append(options["data"]["state"])
        return create(**options)

    monkeypatch.setattr(comm, "create_comm", spy)
    widgets.ProbabilityPanel(session)
    (state,) = [state for state in opened if "_widget_data" in state]
    assert [len(trace["x"]) for trace in state["_widget_data"]] == [4]
    assert state["_widget_layout"]["xaxis"]["range"] == [0, 1.15]
    assert state["_config"]["responsive"]


def test_image_travels_whole(session: Session) -> None:
    panel = widgets.FingerprintPanel(session)
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    sent = np.frombuffer(panel.view.image, "<f4").reshape(64, 64)
    np.testing.assert_array_equal(sent, session.get("fingerprint").image)
    session.detector = fc.Detector(pixels=33)
    assert len(panel.view.image) == 4 * 33 * 33
    assert panel.view.geometry["pixels"] == 33
    session.settle()
    assert {tuple(map(abs, r["hkl"])) for r in panel.view.reflections} == {(0, 0, 0), (0, 1, 1)}


def test_what_is_drawn_is_what_is_diffracted(session: Session) -> None:
    """Spheres at the drawn positions, looked at along z, diffract the image that is shown."""
    panel = widgets.ViewerPanel(session)
    session.recipe = fc.DefectRecipe(vacancies=0.3, displacement=0.1, seed=1)
    broken = session.get("broken")
    drawn = panel.ngl._coordinates_dict[1]
    unique = np.unique(drawn.round(6), axis=0)
    assert len(unique) == len(broken)
    upright = fc.Detector(zone_angle=0)
    numbers = np.full(len(unique), 26)
    expected = fc.diffraction_intensity(broken.positions, broken.numbers)
    np.testing.assert_allclose(
        fc.diffraction_intensity(unique, numbers, upright), expected, rtol=1e-3, atol=1e-2
    )


def test_absent_atoms_lie_upon_present_ones() -> None:
    cluster = fc.build_cluster(fc.prototype("rocksalt", "NaCl"))
    recipe = fc.DefectRecipe(vacancies=0.4, substitution=0.5, species=("K", "Br"), seed=1)
    broken = recipe.apply(cluster)
    every = np.arange(len(cluster))
    sites = [every, *(np.flatnonzero(cluster.numbers == z) for z in (11, 17)), every, every]
    coordinates, empty = viewing.component_coordinates(
        broken, cluster, recipe, sites, [None, 11, 17, None, None]
    )
    assert not any(empty.values())
    for index, number in enumerate((11, 17, 19, 35), start=1):
        own = broken.positions[broken.numbers == number]
        drawn = np.unique(coordinates[index], axis=0)
        np.testing.assert_array_equal(drawn, np.unique(own, axis=0))


def test_a_component_without_atoms_is_hidden(session: Session) -> None:
    panel = widgets.ViewerPanel(session)
    assert panel._hidden == {1: False, 2: True, 3: True}
    session.recipe = fc.DefectRecipe(substitution=1.0, species=("Al",))
    assert panel._hidden == {1: True, 2: False, 3: True}
    assert "Al 128" in panel.legend.value
    host = viewing.host_colour(26)
    session.recipe = fc.DefectRecipe(species=("Fe",))  # chosen, and none replaced yet
    assert panel._hidden == {1: False, 2: True, 3: True}
    assert host in panel.legend.value


def test_the_scene_is_sent_again_to_a_new_page(session: Session) -> None:
    panel = widgets.ViewerPanel(session)
    sent: list[Any] = []
    panel.ngl.send = lambda content, buffers=None: sent.append(content)
    panel._heard(None, {"type": "request_loaded", "data": True}, [])
    assert "compList" in sent[-1]["args"][0]
    panel._heard(None, {"type": "fcw_scene", "version": panel.scene["version"]}, [])
    assert any(message.get("type") == "binary_single" for message in sent)
    assert not panel.ngl._ngl_msg_archive, "nothing is archived, so nothing is sent twice"


def test_the_viewer_leaves_problems_to_the_status_line() -> None:
    session = Session()
    panel = widgets.ViewerPanel(session)
    session.recipe = fc.DefectRecipe(vacancies=1.0)
    panel._heard(None, {"type": "fcw_scene", "version": panel.scene["version"]}, [])
    session.recipe = fc.DefectRecipe()
    session.source = FileSource("Es.xyz", b"2\n\nEs 0 0 0\nEs 2.5 0 0\n")
    session.get("structure")
    assert "IndexError" not in session.status
    assert "Es 2" in panel.legend.value


def test_header_commands(session: Session) -> None:
    header = widgets.Header(session)
    assert not header.can_undo
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    session.settle()
    session.recipe = fc.DefectRecipe(vacancies=0.3)
    assert header.can_undo
    header._handle_custom_msg({"do": "code"}, [])
    assert "vacancies=0.3" in header.code
    session.recipe = fc.DefectRecipe(vacancies=0.4)
    assert "vacancies=0.4" in header.code
    header._handle_custom_msg({"do": "hide"}, [])
    session.recipe = fc.DefectRecipe(vacancies=0.3)
    assert header.code == ""
    header._handle_custom_msg({"do": "undo"}, [])
    assert session.recipe.vacancies == 0.2
    assert header.can_redo
    header._handle_custom_msg({"do": "reset"}, [])
    assert session.recipe == fc.DefectRecipe()
    header._handle_custom_msg({"do": "rm -rf"}, [])


def test_closing_the_explorer_leaves_nothing_behind() -> None:
    threads = set(threading.enumerate())
    before = set(ipw.widget._instances)
    explorer = fc.Explorer()
    explorer.probabilities.build()
    session = explorer.session
    assert len(ipw.widget._instances) > len(before)
    explorer.close()
    left = set(ipw.widget._instances) - before
    ours = [w for w in left if type(ipw.widget._instances[w]).__module__.startswith("facecrystal")]
    assert not ours
    assert session._watches == []
    for thread in set(threading.enumerate()) - threads:
        thread.join(2)
    assert set(threading.enumerate()) <= threads
    reference = weakref.ref(explorer)
    del explorer
    gc.collect()
    assert reference() is None


def test_the_explorer_needs_no_heavy_imports() -> None:
    """See test_imports.py for the engine; this is the page."""
    import subprocess
    import sys

    code = (
        "import sys, facecrystal_widgets as fc; fc.Explorer();"
        "heavy = {'tensorflow', 'keras', 'scipy', 'ase.io', 'ase.build', 'matplotlib', 'pandas',"
        " 'plotly.graph_objs._figurewidget', 'nbformat'} & set(sys.modules); print(sorted(heavy))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
