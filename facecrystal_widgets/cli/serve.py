"""``facecrystal dashboard`` (Voila) and ``facecrystal lab`` (JupyterLab)."""

import argparse
import errno
import logging
import os
import shutil
import signal
import socket
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

from . import LAB_PORT, PORT, CommandError

PACKAGE = Path(__file__).parent.parent
PORTS_TRIED = 50
IDLE_SECONDS = 600
"""A kernel that no page is connected to is ended after this time."""
USELESS_EXTENSIONS = [
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
    "jupyterlab-plotly",
    "jupyterlab_pygments",
]
"""What the page would fetch, 5 MB of it, and not use; see docs/decisions/0007."""
KERNELS = "facecrystal_widgets.cli.jupyter.OwnPython"


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped, by Ctrl-C or by SIGTERM."""
    with suppress(KeyboardInterrupt):  # stopped while it was starting
        (_dashboard if arguments.command == "dashboard" else _lab)(arguments)
    return 0


def _dashboard(arguments: argparse.Namespace) -> None:
    notebook = notebooks_folder() / "dashboard.ipynb"
    if not notebook.is_file():
        raise CommandError(f"{notebook} is missing; install the package again")
    port = choose_port(arguments.ip, arguments.port, PORT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from .jupyter import Dashboard  # takes seconds

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


def notebooks_folder() -> Path:
    """Inside the package where a wheel put them, beside it in a checkout."""
    inside = PACKAGE / "notebooks"
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def copy_new(source: Path, target: Path) -> Path:
    """Copy the files of a folder that `target` does not have yet; `target` is returned."""
    for file in sorted(source.rglob("*")):
        copy = target / file.relative_to(source)
        if file.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    return target


def choose_port(ip: str, wanted: int | None, default: int) -> int:
    """The port asked for, or the first free one from `default` on."""
    for port in [wanted] if wanted else range(default, default + PORTS_TRIED):
        try:
            _bind(ip, port)
            return port
        except OSError as error:
            if wanted or error.errno != errno.EADDRINUSE:
                message = f"cannot listen on {ip}, port {port}: {error.strerror}"
                raise CommandError(message, code=2) from error
    last = default + PORTS_TRIED - 1
    raise CommandError(f"all ports from {default} to {last} are taken; choose a --port", code=2)


def _bind(ip: str, port: int) -> None:
    """Bind the port for a moment at all addresses of that name, as the servers will do it."""
    places = socket.getaddrinfo(ip or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, kind, protocol, _, place in places:
        try:
            with socket.socket(family, kind, protocol) as probe:
                if os.name != "nt":  # where it would mean to share the port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(place)
        except OSError as error:
            no_ipv6 = error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
            if not (family == socket.AF_INET6 and len(places) > 1 and no_ipv6):
                raise


def address(ip: str, port: int, for_browser: bool = False) -> str:
    """Where the page is; a server that listens everywhere is named by the computer's name."""
    if ip in ("", "0.0.0.0", "::"):
        host = "localhost" if for_browser else socket.gethostname()
    else:
        host = f"[{ip}]" if ":" in ip else ip
    return f"http://{host}:{port}/"


def open_browser(url: str) -> None:
    """Open the address if there is a browser with windows; if not, the address was printed."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    in_the_terminal = type(browser) is webbrowser.GenericBrowser
    if in_the_terminal and "BROWSER" not in os.environ:
        return  # lynx and the like would take the terminal, and cannot show the page
    threading.Thread(target=browser.open, args=(url, 2), daemon=True).start()
