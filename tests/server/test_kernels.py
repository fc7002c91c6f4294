"""The kernel of the notebooks is the Python that runs the program."""

import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from traitlets.utils.importstring import import_item

from facecrystal_widgets.server.kernels import KERNELS, CurrentPythonKernels


def test_servers_find_the_class_by_its_name() -> None:
    assert import_item(KERNELS) is CurrentPythonKernels


def test_python3_is_this_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "kernels" / "python3" / "kernel.json"
    other.parent.mkdir(parents=True)
    other.write_text('{"argv": ["/nowhere/python"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    kernels = CurrentPythonKernels()
    assert kernels.get_kernel_spec("python3").argv[0] == sys.executable
    assert Path(kernels.find_kernel_specs()["python3"]) != other.parent
    with pytest.raises(NoSuchKernel):
        kernels.get_kernel_spec("nothing")
