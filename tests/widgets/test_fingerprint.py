"""The diffraction image that is sent to the page."""

import numpy as np
from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets import widgets


def test_image_travels_whole(session: CountingSession) -> None:
    panel = widgets.FingerprintPanel(session)
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    sent = np.frombuffer(panel.view.image, "<f4").reshape(64, 64)
    np.testing.assert_array_equal(sent, session.get("fingerprint").image)
    session.detector = fc.Detector(pixels=33)
    assert len(panel.view.image) == 4 * 33 * 33
    assert panel.view.geometry["pixels"] == 33
    session.settle()
    assert {tuple(map(abs, r["hkl"])) for r in panel.view.reflections} == {(0, 0, 0), (0, 1, 1)}
