"""The optics panel: beam and detector of a session."""

import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.lesson.optics import OpticsPanel


def test_the_panel_sets_the_detector() -> None:
    session = fc.Session(strict=True)
    panel = OpticsPanel(session)
    before = session.get("fingerprint").image
    panel.wavelength.value = 0.1
    panel.zone.value = 0
    panel.gamma.value = 2.0
    detector = session.detector
    assert (detector.wavelength, detector.zone_angle, session.gamma) == (0.1, 0, 2.0)
    assert detector.distance == pytest.approx(0.05)
    assert session.get("fingerprint").image.shape == before.shape
    assert "50 mm" in panel.summary.value
    panel.close()
