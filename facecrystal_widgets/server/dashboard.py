"""The interactive pages, served by Voila."""

import errno
import logging
import signal
from contextlib import suppress

from .addresses import PORT, choose_port
from .kernels import KERNELS
from .notebooks import notebooks_folder

IDLE_SECONDS = 600
"""A kernel that no page is connected to is ended after this time."""
USELESS_EXTENSIONS = [
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
    "jupyterlab-plotly",
    "jupyterlab_pygments",
]
"""What the page would load, 5 MB in all, and not use; see docs/decisions/0007."""


def serve_dashboard(
    ip: str, port: int | None, *, with_browser: bool, theme: str, preheat: bool
) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Raises
    ------
    PortError
        if `port`, or any port near the usual one, cannot be listened on.
    FileNotFoundError
        if the package's notebooks are not there.
    """
    notebook = notebooks_folder() / "dashboard.ipynb"
    if not notebook.is_file():
        advice = "is missing; install the package again"
        raise FileNotFoundError(errno.ENOENT, advice, str(notebook))
    port = choose_port(ip, port, PORT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # stopped while it was starting
        from .voila import Dashboard  # takes seconds

        app = Dashboard()
        app.with_browser = with_browser
        app.laboratory = notebook.with_name("laboratory.ipynb")
        app.initialize([str(notebook), *_options(ip, port, theme, preheat)])
        # no line for every address that does not exist
        logging.getLogger("tornado").setLevel(logging.ERROR)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # Voila's own comes too late
        app.start()


def _options(ip: str, port: int, theme: str, preheat: bool) -> list[str]:
    return [
        f"--Voila.ip={ip}",
        f"--Voila.port={port}",
        "--Voila.port_retries=0",
        "--Voila.open_browser=True",  # so that launch_browser is called
        "--Voila.log_level=ERROR",  # its warnings are of no use to whoever reads them here
        f"--VoilaConfiguration.theme={theme}",
        "--VoilaConfiguration.strip_sources=True",
        *(f"--VoilaConfiguration.extension_denylist={name}" for name in USELESS_EXTENSIONS),
        f"--VoilaConfiguration.preheat_kernel={preheat}",
        "--VoilaConfiguration.default_pool_size=1",
        f"--VoilaConfiguration.kernel_spec_manager_class={KERNELS}",
        f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
        "--MappingKernelManager.cull_interval=60",
        "--MappingKernelManager.cull_connected=False",
    ]
