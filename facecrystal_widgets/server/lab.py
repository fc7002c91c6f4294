"""JupyterLab on the package's notebooks."""

from contextlib import suppress
from pathlib import Path

from .addresses import LAB_PORT, choose_port
from .kernels import KERNELS
from .notebooks import PACKAGE, copy_new, notebooks_folder


def serve_lab(ip: str, port: int | None, *, with_browser: bool) -> None:
    """Serve until Ctrl-C or SIGTERM. Notebooks inside the package are copied beside the user's
    files first; PortError if `port`, or any port near the usual one, cannot be listened on."""
    folder = notebooks_folder()
    port = choose_port(ip, port, LAB_PORT)
    if folder.is_relative_to(PACKAGE):
        folder = copy_new(folder, Path("facecrystal-notebooks").absolute())
    with suppress(KeyboardInterrupt):  # stopped while it was starting
        from jupyterlab.labapp import LabApp  # takes seconds

        LabApp.launch_instance(
            argv=[
                f"--ServerApp.root_dir={folder}",
                f"--ServerApp.ip={ip}",
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                f"--ServerApp.open_browser={with_browser}",
                f"--ServerApp.kernel_spec_manager_class={KERNELS}",
                "--ServerApp.allow_root=True",  # containers have no other user
                "--ServerApp.answer_yes=True",  # Ctrl-C stops it at once
                "--Application.log_level=WARN",  # the address is printed all the same
            ]
        )
