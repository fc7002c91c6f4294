"""Commands of the title line."""

from panels import CountingSession, page_sends

import facecrystal_widgets as fc
from facecrystal_widgets import widgets


def test_header_commands(session: CountingSession) -> None:
    header = widgets.Header(session)
    assert not header.can_undo
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    session.settle()
    session.recipe = fc.DefectRecipe(vacancies=0.3)
    assert header.can_undo
    page_sends(header, {"do": "code"})
    assert "vacancies=0.3" in header.code
    session.recipe = fc.DefectRecipe(vacancies=0.4)
    assert "vacancies=0.4" in header.code
    page_sends(header, {"do": "hide"})
    session.recipe = fc.DefectRecipe(vacancies=0.3)
    assert header.code == ""
    page_sends(header, {"do": "undo"})
    assert session.recipe.vacancies == 0.2
    assert header.can_redo
    page_sends(header, {"do": "reset"})
    assert session.recipe == fc.DefectRecipe()
    page_sends(header, {"do": "rm -rf"})


def test_a_state_too_large_for_an_address_is_said_to_be_so(session: CountingSession) -> None:
    explorer = fc.Explorer(session)
    assert explorer.header.kept
    atoms = "\n".join(f"Fe {x} {y} {z}" for x in range(12) for y in range(12) for z in range(12))
    session.upload("big.xyz", f"1728\n\n{atoms}\n".encode())
    session.settle()
    assert (explorer.header.kept, explorer.header.state) == (False, "")
    session.reset()
    session.settle()
    assert explorer.header.kept
    explorer.close()
