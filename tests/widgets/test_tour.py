"""The guided tour without a browser: what counts as done, and that a closed tour costs nothing."""

from dataclasses import replace

import pytest
from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import PrototypeSource
from facecrystal_widgets.widgets.tour import STEPS, Tour


@pytest.fixture
def tour(session: Session) -> Tour:
    return Tour(session)


def go(tour: Tour, step: int, outcome: str = "") -> None:
    """As the page does: both in one message."""
    with tour.hold_trait_notifications():
        tour.step, tour.outcome = step, outcome


def test_the_steps_fit_on_a_card() -> None:
    assert len(STEPS) == len(Tour(Session()).steps) == 5
    for step in STEPS:
        assert len(step.text) < 220, step.title


def test_choosing(tour: Tour, session: Session) -> None:
    go(tour, 0)
    session.recipe = fc.DefectRecipe(vacancies=0.6)
    before = tour.outcome
    assert not before
    session.choose(PrototypeSource("fcc", "Cu"))
    assert tour.outcome == "You chose Cu, face-centred cubic. The network says fcc (Fm-3m) 1.000."


def test_removing(tour: Tour, session: Session) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.7)
    go(tour, 1)
    session.recipe = replace(session.recipe, seed=3)
    assert not tour.outcome, "another draw removes nothing"
    session.recipe = fc.DefectRecipe(vacancies=0.4)
    assert not tour.outcome, "less than half"
    session.recipe = fc.DefectRecipe(vacancies=0.5)
    assert tour.outcome.startswith("64 of 128 atoms are left, and the network still says bcc")
    session.recipe = fc.DefectRecipe(removal=1.0, vacancies=0.5)
    assert "now says sc" in tour.outcome


def test_shaking_until_it_falters(tour: Tour, session: Session) -> None:
    go(tour, 2)
    session.recipe = fc.DefectRecipe(displacement=0.1)
    assert not tour.outcome, "it is still sure"
    session.recipe = fc.DefectRecipe(displacement=0.5)
    assert "the probability of bcc is 0." in tour.outcome
    assert "Lindemann parameter of 0.35" in tour.outcome  # √3 · 0.5 Å / 2.485 Å


def test_shaking_what_never_falters(tour: Tour, session: Session) -> None:
    session.choose(PrototypeSource("sc", "Po"))
    go(tour, 2)
    session.recipe = fc.DefectRecipe(displacement=0.59)
    assert not tour.outcome
    session.recipe = fc.DefectRecipe(displacement=0.6)
    assert "still says sc (Pm-3m) 0.9" in tour.outcome
    assert "proves nothing" in tour.outcome


def test_asking_spglib(tour: Tour, session: Session) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.5)
    go(tour, 3)
    session.settle()
    assert not tour.outcome
    session.symprec = 0.1
    session.settle()
    assert "At a tolerance of 0.1 Å spglib finds P1, space group 1" in tour.outcome
    session.target_atoms = 1000
    session.settle()
    session.symprec = 0.2
    session.settle()
    assert "spglib is not asked about this structure" in tour.outcome


def test_looking(tour: Tour, session: Session) -> None:
    go(tour, 4)
    session.layer = "conv2"
    assert tour.outcome.startswith("You chose conv2.")


def test_a_step_that_was_done_stays_so(tour: Tour, session: Session) -> None:
    go(tour, 1)
    session.recipe = fc.DefectRecipe(vacancies=0.5)
    done = tour.outcome
    session.recipe = fc.DefectRecipe()
    assert tour.outcome == done
    go(tour, 2)
    assert not tour.outcome
    go(tour, 1, done)  # resumed where it was left
    assert tour.outcome == done


def test_a_closed_tour_watches_nothing(tour: Tour, session: Session) -> None:
    changes: list[object] = []
    tour.observe(changes.append)
    for vacancies in (0.5, 0.6):
        session.recipe = fc.DefectRecipe(vacancies=vacancies)
    session.settle()
    assert not changes
    assert session.computed["fingerprint"] == session.computed["symmetry"] == 0
    go(tour, 1)
    go(tour, -1)
    changes.clear()
    session.recipe = fc.DefectRecipe(vacancies=0.8)
    assert not changes


def test_nothing_is_left_behind(session: CountingSession) -> None:
    explorer = fc.Explorer(session)
    explorer.close()
    assert not session.watched
