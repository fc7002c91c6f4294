"""The 3D view: what is drawn, hidden, and sent again."""

from typing import Any

import numpy as np
from panels import CountingSession, page_sends

import facecrystal_widgets as fc
from facecrystal_widgets import widgets
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import FileSource
from facecrystal_widgets.widgets import scene


def test_what_is_drawn_is_what_is_diffracted(session: CountingSession) -> None:
    """Spheres at the drawn positions, looked at along z, diffract the image that is shown."""
    panel = widgets.ViewerPanel(session)
    session.recipe = fc.DefectRecipe(vacancies=0.3, displacement=0.1, seed=1)
    broken = session.get("broken")
    drawn = panel.ngl.coordinates[1]
    unique = np.unique(drawn.round(6), axis=0)
    assert len(unique) == len(broken)
    upright = fc.Detector(zone_angle=0)
    numbers = np.full(len(unique), 26)
    expected = fc.diffraction_intensity(broken.positions, broken.numbers)
    np.testing.assert_allclose(
        fc.diffraction_intensity(unique, numbers, upright), expected, rtol=1e-3, atol=1e-2
    )


def test_a_component_without_atoms_is_hidden(session: CountingSession) -> None:
    panel = widgets.ViewerPanel(session)
    assert panel.hidden == {1: False, 2: True, 3: True}
    session.recipe = fc.DefectRecipe(substitution=1.0, species=("Al",))
    assert panel.hidden == {1: True, 2: False, 3: True}
    assert "Al 128" in panel.legend.value
    host = scene.host_colour(26)
    session.recipe = fc.DefectRecipe(species=("Fe",))  # chosen, and none replaced yet
    assert panel.hidden == {1: False, 2: True, 3: True}
    assert host in panel.legend.value


def test_the_scene_is_sent_again_to_a_new_page(session: CountingSession) -> None:
    panel = widgets.ViewerPanel(session)
    sent: list[Any] = []
    panel.ngl.send = lambda content, buffers=None: sent.append(content)
    page_sends(panel.ngl, {"type": "request_loaded", "data": True})
    assert "compList" in sent[-1]["args"][0]
    page_sends(panel.ngl, {"type": "fcw_scene", "version": panel.scene["version"]})
    assert any(message.get("type") == "binary_single" for message in sent)


def test_the_viewer_leaves_problems_to_the_status_line() -> None:
    session = Session()
    panel = widgets.ViewerPanel(session)
    session.recipe = fc.DefectRecipe(vacancies=1.0)
    page_sends(panel.ngl, {"type": "fcw_scene", "version": panel.scene["version"]})
    session.recipe = fc.DefectRecipe()
    session.source = FileSource("Es.xyz", b"2\n\nEs 0 0 0\nEs 2.5 0 0\n")
    session.get("structure")
    assert "IndexError" not in session.status
    assert "Es 2" in panel.legend.value
