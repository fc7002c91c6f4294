"""The sliders: what they write, and what they show."""

from dataclasses import replace

from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets import widgets
from facecrystal_widgets.session.sources import PrototypeSource


def test_sliders_write_the_recipe_and_show_it(session: CountingSession) -> None:
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
    bare = session.recipe
    assert bare.species == ()
    assert bare.substitution == 0


def test_a_slider_is_not_written_back_while_it_moves(session: CountingSession) -> None:
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


def test_showing_a_recipe_does_not_round_it(session: CountingSession) -> None:
    widgets.DefectPanel(session)
    for recipe in (
        fc.DefectRecipe(vacancies=0.333, substitution=0.123, species=("Al",)),
        fc.DefectRecipe(lindemann=0.11, seed=3),
        fc.DefectRecipe(displacement=0.1234),
    ):
        session.recipe = recipe
        assert session.recipe == recipe


def test_a_new_draw_changes_the_seed_alone(session: CountingSession) -> None:
    panel = widgets.DefectPanel(session)
    panel.vacancies.value = 30
    panel.draw.click()
    assert session.recipe.seed != 0
    assert replace(session.recipe, seed=0) == fc.DefectRecipe(vacancies=0.3)
    session.recipe = fc.DefectRecipe(seed=2**64 - 1)
    panel.draw.click()
    assert session.recipe.seed == 0


def test_a_partner_is_found_for_every_host(session: CountingSession) -> None:
    panel = widgets.DefectPanel(session)
    session.upload("a.xyz", b"3\n\nCr 0 0 0\nNi 2.5 0 0\nSi 0 2.5 0\n")
    panel.substitution.value = 30
    assert session.recipe.species == ("H",)


def test_removal_is_offered_where_there_is_a_sublattice(session: CountingSession) -> None:
    panel = widgets.DefectPanel(session)
    expected = {"bcc": "sc", "diamond": "fcc", "fcc": None, "sc": None}
    for name, becomes in expected.items():
        session.choose(PrototypeSource(name, "Fe"))
        assert panel.removal.disabled is (becomes is None)
        if becomes:
            assert f"becomes {becomes}" in panel.removal_hint.value
            panel.removal.value = 100
            assert session.get("verdict").label == becomes
