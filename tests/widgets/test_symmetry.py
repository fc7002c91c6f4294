"""spglib's answer beside the network's."""

from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets import widgets


def test_symmetry_falls_to_p1_while_the_network_holds(session: CountingSession) -> None:
    panel = widgets.SymmetryPanel(session)
    session.settle()
    assert "Im-3m" in panel.text.value
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    panel.tolerance.value = 0.1
    session.settle()
    assert "P1" in panel.text.value
    assert session.symprec == 0.1
    assert session.get("verdict").label == "bcc"
