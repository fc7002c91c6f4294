"""Undo and redo of plain values."""

from facecrystal_widgets.session.history import STATES, History, Inputs


def at(number: int) -> Inputs:
    return {"number": number}


def test_undo_and_redo_return_the_inputs_to_set() -> None:
    history = History(at(0))
    history.remember(at(1))
    history.remember(at(2))
    assert history.undo(at(2)) == at(1)
    assert history.undo(at(1)) == at(0)
    assert history.undo(at(0)) is None
    assert history.redo(at(0)) == at(1)
    assert history.redo(at(1)) == at(2)
    assert history.redo(at(2)) is None


def test_equal_inputs_are_no_new_state() -> None:
    history = History(at(0))
    history.remember(at(0))
    assert not history.can_undo(at(0))
    assert history.undo(at(0)) is None


def test_a_change_that_is_not_at_rest_yet_can_be_undone() -> None:
    history = History(at(0))
    assert history.can_undo(at(1))
    assert history.undo(at(1)) == at(0)
    assert history.can_redo(at(0))
    assert history.redo(at(0)) == at(1)


def test_a_change_after_undo_ends_redo() -> None:
    history = History(at(0))
    history.remember(at(1))
    assert history.undo(at(1)) == at(0)
    assert not history.can_redo(at(5))
    assert history.redo(at(5)) is None
    assert history.undo(at(5)) == at(0)


def test_the_oldest_states_are_forgotten() -> None:
    history = History(at(0))
    for number in range(1, STATES + 11):
        history.remember(at(number))
    number = STATES + 10
    while (inputs := history.undo(at(number))) is not None:
        number = inputs["number"]
    assert number == 10
