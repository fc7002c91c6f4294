"""The Explorer as a page: it shows every state, imports little, and leaves nothing behind."""

import gc
import threading
import weakref
from collections.abc import Iterator

import ipywidgets as ipw
import pytest
from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets.session.sources import FileSource, PrototypeSource


def test_showing_an_extreme_state_does_not_clip_it(session: CountingSession) -> None:
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


@pytest.fixture
def created() -> Iterator[list[weakref.ref[ipw.Widget]]]:
    """All widgets that are created during the test."""
    widgets: list[weakref.ref[ipw.Widget]] = []
    ipw.Widget.on_widget_constructed(lambda widget: widgets.append(weakref.ref(widget)))
    yield widgets
    ipw.Widget.on_widget_constructed(None)


def test_closing_the_explorer_leaves_nothing_behind(
    created: list[weakref.ref[ipw.Widget]], session: CountingSession
) -> None:
    threads = set(threading.enumerate())
    explorer = fc.Explorer(session)
    explorer.probabilities.build()
    alive = [widget for reference in created if (widget := reference()) is not None]
    ours = [widget for widget in alive if type(widget).__module__.startswith("facecrystal")]
    assert len(ours) > 15
    assert session.watched
    explorer.close()
    assert [widget for widget in ours if widget.comm is not None] == []
    assert session.watched == []
    del alive, ours
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
