"""Import paths of version 0.1.0: they work, and each warning names the new place."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import facecrystal_widgets
from facecrystal_widgets.relocations import MODULES, NAMES

HERE = "facecrystal_widgets"
FOLDER = Path(facecrystal_widgets.__file__).parent
RUN = f"""
import json, sys, warnings
from importlib import import_module
import {HERE}

def warned(action):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    ours = [w for w in caught if str(w.message).startswith("{HERE}.")]
    assert all(w.category is DeprecationWarning for w in ours)
    return sorted({{(str(w.message), w.filename) for w in ours}})

results = [warned(lambda: exec(compile(code, "cell", "exec"), dict())) for code in COMMANDS]
print(json.dumps(results))
"""
# statement of a notebook of version 0.1.0: old names in it, and what they are now
NOTEBOOKS: dict[str, dict[str, dict[str, str]]] = {
    "01-face-of-crystals": {
        "from facecrystal_widgets.lesson import Prediction, beside, check, notebook1": {
            "lesson.notebook1": "lesson.face_of_crystals"
        },
        "from facecrystal_widgets.datasets.structures import pristine_structure": {},
        "from facecrystal_widgets.widgets import ("
        "DefectPanel, ProbabilityPanel, StructurePanel, VerdictPanel)": {},
        "from facecrystal_widgets.lesson.drawing import draw_images": {},
    },
    "02-diffraction-fingerprint": {
        "from facecrystal_widgets.lesson import Prediction, beside, check, notebook2": {
            "lesson.notebook2": "lesson.fingerprint"
        },
        "from facecrystal_widgets.diffraction.form_factors import form_factor_values": {},
        "from facecrystal_widgets.lesson.bench import BenchPanel": {
            "lesson.bench": "lesson.optics",
            "lesson.bench.BenchPanel": "lesson.optics.OpticsPanel",
        },
        "from facecrystal_widgets.widgets import FingerprintPanel": {},
    },
    "03-defects": {
        "from facecrystal_widgets.figures import figure_2": {
            "figures": "reports.paper, reports.style, evaluation.curves",
            "figures.figure_2": "reports.paper.figure_2",
        },
        "from facecrystal_widgets.lesson import notebook3 as lesson": {
            "lesson.notebook3": "lesson.defects"
        },
        "from facecrystal_widgets.widgets import ("
        "DefectPanel, FingerprintPanel, SymmetryPanel, VerdictPanel)": {},
    },
    "04-train-your-own": {
        "from facecrystal_widgets.widgets.training import NEEDS_TENSORFLOW, TrainingPanel": {
            "widgets.training": "laboratory.training, convnet.weights",
            "widgets.training.NEEDS_TENSORFLOW": "laboratory.training.NEEDS_TENSORFLOW",
            "widgets.training.TrainingPanel": "TrainingPanel",
        },
        "from facecrystal_widgets.convnet.architecture import CONVOLUTIONS, count_parameters": {},
        "from facecrystal_widgets.convnet.quiet import standard_error_closed": {
            "convnet.quiet": "convnet.stderr"
        },
        "from facecrystal_widgets.datasets.dataset import Dataset": {},
        "from facecrystal_widgets.datasets.structures import DEFECTS, pair, pristine_structure": {},
        "from facecrystal_widgets.lesson import notebook4 as lesson": {
            "lesson.notebook4": "lesson.training"
        },
    },
    "05-what-the-network-sees": {
        "from facecrystal_widgets.attention import faithfulness": {},
        "from facecrystal_widgets.figures import figure_5a, figure_5b": {
            "figures": "reports.paper, reports.style, evaluation.curves",
            "figures.figure_5a": "reports.paper.figure_5a",
            "figures.figure_5b": "reports.paper.figure_5b",
        },
        "from facecrystal_widgets.lesson import notebook5 as lesson": {
            "lesson.notebook5": "lesson.attention"
        },
        "from facecrystal_widgets.widgets import ("
        "AttentionPanel, DefectPanel, VerdictPanel, WalkPanel)": {
            "widgets.WalkPanel": "LayersPanel"
        },
    },
    "06-order-and-disorder": {
        "from facecrystal_widgets.experiments import order\norder.samples": {
            "experiments.order": "evaluation.curves",
            "experiments.order.samples": "evaluation.curves.curve_structures",
        },
        "from facecrystal_widgets.figures import figure_4a, figure_4b": {
            "figures": "reports.paper, reports.style, evaluation.curves",
            "figures.figure_4a": "reports.paper.figure_4a",
            "figures.figure_4b": "reports.paper.figure_4b",
        },
        "from facecrystal_widgets.lesson import notebook6 as lesson": {
            "lesson.notebook6": "lesson.order"
        },
        "from facecrystal_widgets.widgets import TransitionPanel": {
            "widgets.TransitionPanel": "CurvesPanel"
        },
    },
    "07-your-own-structures": {
        "from facecrystal_widgets.lesson import notebook7 as lesson": {
            "lesson.notebook7": "lesson.own_structures"
        },
        "from facecrystal_widgets.widgets import ("
        "FingerprintPanel, StructurePanel, VerdictPanel)": {},
        "import facecrystal_widgets as fc\nfc.Session\nfc.session.PrototypeSource": {
            "session.PrototypeSource": "PrototypeSource"
        },
    },
    "08-structures-from-the-wild": {
        "from facecrystal_widgets.lesson import notebook8 as lesson\nlesson.zoo": {
            "lesson.notebook8": "lesson.any_orientation, lesson.outside_classes, "
            "lesson.polycrystals, lesson.structures, lesson.drawing",
            "lesson.notebook8.zoo": "lesson.outside_classes.outside_classes",
        },
        "from facecrystal_widgets.orientation.stars import intensity": {
            "orientation.stars.intensity": "orientation.intensity.intensity"
        },
        "from facecrystal_widgets.experiments.wild.scores import auroc as package_auroc": {
            "experiments.wild.scores": "evaluation.robustness.scores, "
            "evaluation.robustness.uncertainty",
            "experiments.wild.scores.auroc": "evaluation.robustness.scores.auroc",
        },
        "from facecrystal_widgets.local.examples import example": {
            "local.examples": "reading.examples, specimens.examples",
            "local.examples.example": "reading.examples.example",
        },
        "from facecrystal_widgets.local.drawing import draw_map": {
            "local.drawing": "reports.local_map"
        },
        "from facecrystal_widgets.widgets import ("
        "FingerprintPanel, LocalPanel, VerdictPanel, ViewerPanel)": {},
    },
}


def run(commands: list[str]) -> list[list[list[str]]]:
    """Messages and files of the warnings of each command, all in one fresh interpreter."""
    program = RUN.replace("COMMANDS", repr(commands))
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results: list[list[list[str]]] = json.loads(done.stdout)
    return results


@pytest.fixture(scope="module")
def warned() -> dict[str, set[str]]:
    """Statement to the messages of its warnings."""
    statements = list({code: None for lines in NOTEBOOKS.values() for code in lines})
    results = run(statements)
    assert {file for result in results for _, file in result} == {"cell"}
    return {
        code: {text for text, _ in result} for code, result in zip(statements, results, strict=True)
    }


def message(old: str, new: str) -> str:
    homes = ", ".join(f"{HERE}.{home}" for home in new.split(", "))
    return f"{HERE}.{old} is now {homes}; the old path ends with version 0.3"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_imports_of_a_notebook_run_and_warn(notebook: str, warned: dict[str, set[str]]) -> None:
    anywhere = set().union(*warned.values())
    for code, moved in NOTEBOOKS[notebook].items():
        modules = {message(old, new) for old, new in moved.items() if old in MODULES}
        names = {message(old, new) for old, new in moved.items() if old not in MODULES}
        assert modules <= anywhere  # a module warns when it is first imported
        assert warned[code] - modules == names, code


def test_every_old_module_and_name_has_a_home() -> None:
    """A module that moved as a whole is the same object; all renamed names are there."""
    commands: list[str] = []
    for old, homes in MODULES.items():
        commands.append(f"import {HERE}.{old}")
        as_path = FOLDER / old.replace(".", "/")
        exists = as_path.with_suffix(".py").exists() or (as_path / "__init__.py").exists()
        if len(homes.split()) == 1 and not exists:
            commands.append(f"import {HERE}.{old} as old, {HERE}.{homes} as new\nassert old is new")
    for old, new in NAMES.items():
        (module, name), (home, renamed) = (path.rsplit(".", 1) for path in (old, new))
        commands.append(
            f"import {HERE}.{module} as old, {HERE}.{home} as new\n"
            f"assert old.{name} is new.{renamed}"
        )
    run(commands)


def test_what_never_was_there_is_an_error() -> None:
    commands = [
        "try:\n    import facecrystal_widgets.structures.nothing\nexcept ImportError: pass\n"
        "else: assert False",
        "from facecrystal_widgets import structures\n"
        "assert not hasattr(structures, 'nothing') and not hasattr(structures, '_nothing')",
    ]
    run(commands)
