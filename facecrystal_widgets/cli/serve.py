"""``facecrystal dashboard`` (Voila) and ``facecrystal lab`` (JupyterLab)."""

import argparse
import logging
import signal
from pathlib import Path

from ..server.addresses import LAB_PORT, PORT, PortError, choose_port
from ..server.kernels import KERNELS
from ..server.notebooks import PACKAGE, copy_new, notebooks_folder
from . import CommandError

IDLE_SECONDS = 600
"""A kernel that no page is connected to is ended after this time."""
USELESS_EXTENSIONS = [
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
    "jupyterlab-plotly",
    "jupyterlab_pygments",
]
"""What the page would fetch, 5 MB of it, and not use; see docs/decisions/0007."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped, by Ctrl-C or by SIGTERM."""
    try:
        (_dashboard if arguments.command == "dashboard" else _lab)(arguments)
    except PortError as error:
        raise CommandError(str(error), code=2) from error
    except KeyboardInterrupt:  # stopped while it was starting
        pass
    return 0


def _dashboard(arguments: argparse.Namespace) -> None:
    notebook = notebooks_folder() / "dashboard.ipynb"
    if not notebook.is_file():
        raise CommandError(f"{notebook} is missing; install the package again")
    port = choose_port(arguments.ip, arguments.port, PORT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from ..server.dashboard import Dashboard

    app = Dashboard()
    app.laboratory = notebook.with_name("laboratory.ipynb")
    app.initialize(
        [
            str(notebook),
            f"--Voila.ip={arguments.ip}",
            f"--Voila.port={port}",
            "--Voila.port_retries=0",
            "--Voila.open_browser=True",  # so that launch_browser is called
            "--Voila.log_level=ERROR",  # its warnings are of no use to whoever reads them here
            f"--VoilaConfiguration.theme={arguments.theme}",
            "--VoilaConfiguration.strip_sources=True",
            *(f"--VoilaConfiguration.extension_denylist={name}" for name in USELESS_EXTENSIONS),
            f"--VoilaConfiguration.preheat_kernel={not arguments.no_preheat}",
            "--VoilaConfiguration.default_pool_size=1",
            f"--VoilaConfiguration.kernel_spec_manager_class={KERNELS}",
            f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
            "--MappingKernelManager.cull_interval=60",
            "--MappingKernelManager.cull_connected=False",
        ]
    )
    logging.getLogger("tornado").setLevel(logging.ERROR)  # not every page that was not found
    app.with_browser = not arguments.no_browser
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Voila's own comes too late
    app.start()


def _lab(arguments: argparse.Namespace) -> None:
    folder = notebooks_folder()
    port = choose_port(arguments.ip, arguments.port, LAB_PORT)
    if folder.is_relative_to(PACKAGE):
        folder = copy_new(folder, Path("facecrystal-notebooks").absolute())
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(
        argv=[
            f"--ServerApp.root_dir={folder}",
            f"--ServerApp.ip={arguments.ip}",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.open_browser={not arguments.no_browser}",
            f"--ServerApp.kernel_spec_manager_class={KERNELS}",
            "--ServerApp.allow_root=True",  # containers have no other user
            "--ServerApp.answer_yes=True",  # Ctrl-C stops it at once
            "--Application.log_level=WARN",  # the address is printed all the same
        ]
    )
