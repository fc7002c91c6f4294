"""nglview's private parts are as the adapter needs them, and nglview runs without setuptools.

These tests look at another library's private names on purpose: they fail when those change. Then
mend the adapter, see the view draw in a browser, and only then move the bound in pyproject.toml.
"""

import json
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement
from repository import PROJECT

from facecrystal_widgets.widgets.nglview_adapter import NGLScene

LABEXTENSION = Path(sys.prefix, "share", "jupyter", "labextensions", "nglview-js-widgets")
WITHOUT_SETUPTOOLS = """
import json, sys
from importlib.abc import MetaPathFinder

MISSING = ("pkg_resources", "setuptools", "_distutils_hack")

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

for name in [name for name in sys.modules if name.partition(".")[0] in MISSING]:
    del sys.modules[name]
sys.meta_path.insert(0, Missing())
"""


def without_setuptools(code: str) -> Any:
    """The JSON that a program prints where setuptools and its pkg_resources are missing."""
    command = [sys.executable, "-W", "error::DeprecationWarning", "-c", WITHOUT_SETUPTOOLS + code]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_viewer_draws_without_setuptools() -> None:
    state = without_setuptools("""
import facecrystal_widgets as fc

panel = fc.ViewerPanel()
print(json.dumps({
    "version": sys.modules["nglview"].__version__,
    "module": panel.ngl.get_state()["_model_module"],
    "components": len(panel.scene["components"]),
    "sites": len(panel.ngl.coordinates[1]),
    "legend": panel.legend.value,
    "stand-in left": "pkg_resources" in sys.modules,
}))
""")
    assert state["version"] == version("nglview")
    assert (state["module"], state["components"], state["sites"]) == ("nglview-js-widgets", 4, 128)
    assert "Fe 128" in state["legend"]
    assert not state["stand-in left"]


def test_a_real_pkg_resources_is_left_alone() -> None:
    code = """
import sys
from types import ModuleType
from importlib.metadata import PackageNotFoundError, distribution

real = sys.modules["pkg_resources"] = ModuleType("pkg_resources")
real.get_distribution, real.DistributionNotFound = distribution, PackageNotFoundError
import facecrystal_widgets.widgets.nglview_adapter
assert sys.modules["pkg_resources"] is real
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_releases_allowed_are_those_that_were_checked() -> None:
    (requirement,) = (
        wanted for wanted in map(Requirement, PROJECT["dependencies"]) if wanted.name == "nglview"
    )
    assert requirement.specifier.contains(version("nglview"))
    assert not requirement.specifier.contains("3.2")


@pytest.mark.parametrize(
    "name",
    [
        *("_initialize_threads", "_handle_nglview_custom_msg", "on_loaded"),
        *("_ibtn_fullscreen", "_coordinates_dict"),
    ],
)
def test_the_private_parts_exist(name: str) -> None:
    assert hasattr(NGLScene.__base__, name)


def test_no_thread_is_started_and_nothing_is_archived() -> None:
    threads = threading.active_count()
    scene = NGLScene()
    sent: list[Any] = []
    scene.send = lambda content, buffers=None: sent.append(content)
    scene.loaded = True
    scene.run_script("1 + 1")
    scene.set_coordinates({1: np.eye(3)})
    assert threading.active_count() == threads
    assert [message["type"] for message in sent] == ["call_method", "binary_single"]
    assert not scene._ngl_msg_archive, "nothing is archived, so nothing is sent twice"
    np.testing.assert_array_equal(scene.coordinates[1], np.eye(3))
    assert scene._ibtn_fullscreen.icon == ""
    scene.close()


def test_scripts_travel_as_nglview_sends_them() -> None:
    scene = NGLScene()
    sent: list[Any] = []
    scene.send = lambda content, buffers=None: sent.append(content)
    scene.run_script("1 + 1")
    expected = scene._get_remote_call_msg("executeCode", "Widget", ["1 + 1"])
    assert sent[0].items() <= expected.items()
    scene.close()


def test_the_page_module_understands_the_messages() -> None:
    """JupyterLab and Voila find it in this folder, without nglview's Python."""
    package = json.loads((LABEXTENSION / "package.json").read_text("utf-8"))
    assert package["name"] == "nglview-js-widgets"
    scripts = "".join(path.read_text("utf-8") for path in (LABEXTENSION / "static").glob("*.js"))
    for name in ("executeCode", "call_method", "binary_single", "request_loaded", "addShape"):
        assert name in scripts
