"""The folder of notebooks."""

from pathlib import Path

from facecrystal_widgets.server.notebooks import copy_new, notebooks_folder


def test_notebooks_are_copied_but_never_overwritten(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "data").mkdir(parents=True)
    target.mkdir()
    for folder, text in ((source, "new"), (target, "mine")):
        (folder / "a.ipynb").write_text(text)
    (source / "data" / "b.cif").write_text("new")
    assert copy_new(source, target) == target
    assert (target / "a.ipynb").read_text() == "mine"
    assert (target / "data" / "b.cif").read_text() == "new"
    assert (notebooks_folder() / "dashboard.ipynb").is_file()
