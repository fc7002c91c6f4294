"""What imports what: heavy libraries only where they are needed, and rooms in one direction."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import facecrystal_widgets as fc

ROOT = Path(__file__).parents[2]
HEAVY = ("tensorflow", "keras", "scipy", "ase.io", "ase.build", "ipywidgets", "plotly", "nglview")
ENGINE = """
import facecrystal_widgets as fc
atoms = fc.prototype("bcc", "Fe")
cluster = fc.build_cluster(atoms)
recipe = fc.DefectRecipe(vacancies=0.3, substitution=0.25, species=("Cr",), lindemann=0.1, seed=7)
broken = recipe.apply(cluster)
assert fc.classify(broken).label == "bcc"
assert fc.find_symmetry(broken).symbol == "P1"
assert fc.reflections(fc.fingerprint(broken))
"""


def loaded_after(code: str) -> set[str]:
    """Modules that a fresh interpreter holds after `code`."""
    program = f"{code}\nimport sys\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing() -> None:
    ours = {name for name in loaded_after("import facecrystal_widgets") if "facecrystal" in name}
    assert ours == {"facecrystal_widgets", "facecrystal_widgets.relocations"}
    new = loaded_after("import facecrystal_widgets") - loaded_after("")
    assert not new & {"numpy", "ase", "spglib", "gemmi", "traitlets", "typing", "re", *HEAVY}


def test_the_way_from_prototype_to_verdict_is_light() -> None:
    assert not loaded_after(ENGINE) & set(HEAVY)


def test_reading_a_cif_is_light(tmp_path: Path) -> None:
    """An upload of the commonest format does not wait for ASE's readers."""
    path = tmp_path / "Po.cif"
    path.write_text(
        "data_Po\n_cell_length_a 3.35\n_cell_length_b 3.35\n_cell_length_c 3.35\n"
        "_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n"
        "_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nPo1 0 0 0\n"
    )
    code = f"import facecrystal_widgets as fc; fc.classify(fc.read_structure({str(path)!r}))"
    assert not loaded_after(code) & set(HEAVY)


def test_the_session_knows_no_widget() -> None:
    code = "import facecrystal_widgets as fc; fc.Session().get('verdict')"
    assert not loaded_after(code) & set(HEAVY)


def test_the_command_line_never_imports_tensorflow_to_classify(tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    path.write_text("2\n\nFe 0 0 0\nFe 0 0 2\n")
    code = f"from facecrystal_widgets.cli import main; main(['classify', {str(path)!r}])"
    assert not loaded_after(code) & {"tensorflow", "keras", "ipywidgets"}


def test_the_rooms_keep_their_directions() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_name_is_there() -> None:
    package: Any = fc  # its stub declares the public names alone
    for name in package.__all__:
        assert getattr(fc, name) is not None
    assert set(package.__all__) <= set(dir(fc))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing
