"""The inputs as JSON, and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import FileSource, PrototypeSource
from facecrystal_widgets.session.state import INPUTS, PLAIN, from_dict, to_dict


def state() -> dict[str, Any]:
    return to_dict(Session().inputs())


@given(
    vacancies=st.floats(0, 0.9),
    displacement=st.floats(0, 0.5),
    substitution=st.floats(0, 1),
    seed=st.integers(0, 2**31),
    target=st.integers(32, 1024),
    gamma=st.floats(0.5, 3),
    place=st.none() | st.tuples(*3 * [st.floats(-100, 100)]),
    source=st.sampled_from([PrototypeSource("fcc", "Cu", 3.7), PrototypeSource()])
    | st.builds(FileSource, st.text(), st.binary(max_size=99), st.integers(-9, 9)),
)
def test_the_state_survives_json(
    vacancies: float,
    displacement: float,
    substitution: float,
    seed: int,
    target: int,
    gamma: float,
    place: Any,
    source: Any,
) -> None:
    recipe = fc.DefectRecipe(
        vacancies=vacancies,
        displacement=displacement,
        substitution=substitution,
        species=("Ni", "Al"),
        seed=seed,
    )
    session = Session(
        source=source,
        recipe=recipe,
        target_atoms=target,
        gamma=gamma,
        place=place,
        detector=fc.Detector(zone_angle=12.5),
    )
    again = json.loads(json.dumps(session.to_dict()))
    assert from_dict(again) == session.inputs()
    assert Session.from_dict(again).inputs() == session.inputs()


def test_every_input_is_named() -> None:
    assert tuple(state()) == INPUTS
    assert set(INPUTS) - set(PLAIN) == {"source", "place", "recipe", "detector"}


def test_a_state_without_layer_and_place_is_read() -> None:
    older = state()
    for name in ("layer", "start", "unpooling", "place"):
        del older[name]
    inputs = from_dict(older)
    assert inputs["place"] is None
    assert set(INPUTS) - set(inputs) == {"layer", "start", "unpooling"}
    assert Session.from_dict(older).inputs() == Session().inputs()


@pytest.mark.parametrize("place", [[1, 2, "here"], [1, 2, float("nan")], [1, 2, 1e300], [1, 2]])
def test_a_place_is_three_lengths(place: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"place: expected Å|not enough values"):
        from_dict(state() | {"place": place})


@pytest.mark.parametrize("missing", ["source", "recipe", "detector"])
def test_a_state_without_a_structure_recipe_or_detector_is_refused(missing: str) -> None:
    incomplete = state()
    del incomplete[missing]
    with pytest.raises(KeyError, match=missing):
        from_dict(incomplete)
