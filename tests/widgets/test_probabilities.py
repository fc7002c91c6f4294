"""The bars follow, and reach the page whole."""

from typing import Any

import comm
import pytest
from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets import widgets


def test_bars_follow(session: CountingSession) -> None:
    panel = widgets.ProbabilityPanel(session)
    session.recipe = fc.DefectRecipe(removal=1.0)
    assert list(panel.figure.data[0].x) == list(session.get("verdict").probabilities.values())
    assert [name.split()[0] for name in panel.figure.data[0].y] == list(fc.LABELS)


def test_bars_reach_the_page_in_one_message(
    session: CountingSession, monkeypatch: pytest.MonkeyPatch
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
