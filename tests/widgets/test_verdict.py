"""The verdict as text."""

from panels import CountingSession

from facecrystal_widgets import widgets
from facecrystal_widgets.session.sources import PrototypeSource


def test_verdict_reads_as_the_design_says(session: CountingSession) -> None:
    panel = widgets.VerdictPanel(session)
    assert ">bcc (Im-3m) 1.000<" in panel.line.value
    session.choose(PrototypeSource("hcp", "Mg"))
    assert "not cubic" in panel.notes.value
