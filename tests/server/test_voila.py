"""The private parts of Voila that :mod:`facecrystal_widgets.server.voila` uses.

A failure tells which assumption does not hold for the installed Voila.
"""

import inspect
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import voila
from packaging.requirements import Requirement
from tornado.ioloop import IOLoop
from voila import server_extension
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler

from facecrystal_widgets.server.dashboard import USELESS_EXTENSIONS
from facecrystal_widgets.server.kernels import KERNELS, CurrentPythonKernels
from facecrystal_widgets.server.notebooks import notebooks_folder
from facecrystal_widgets.server.voila import Dashboard, PageCloseHandler


@pytest.fixture
def app() -> Iterator[Dashboard]:
    """A dashboard as ``serve_dashboard`` makes it, short of listening."""
    handler = signal.getsignal(signal.SIGTERM)
    Dashboard.clear_instance()
    app = Dashboard()
    folder = notebooks_folder()
    app.laboratory = folder / "laboratory.ipynb"
    app.initialize(
        [
            str(folder / "dashboard.ipynb"),
            f"--VoilaConfiguration.kernel_spec_manager_class={KERNELS}",
            *(f"--VoilaConfiguration.extension_denylist={name}" for name in USELESS_EXTENSIONS),
        ]
    )
    signal.signal(signal.SIGTERM, handler)
    yield app
    Dashboard.clear_instance()


def routes(app: Dashboard) -> list[tuple[Any, ...]]:
    app.connection_dir = app.connection_dir_root
    app.init_settings()
    return app.init_handlers()


def test_the_installed_version_is_in_the_bounds() -> None:
    (bound,) = (
        requirement.specifier
        for requirement in map(Requirement, requires("facecrystal_widgets") or ())
        if requirement.name == "voila"
    )
    assert voila.__version__ in bound
    assert any(part.operator == "<" for part in bound), "private parts need an upper bound"


def test_the_handler_of_left_pages_takes_the_place_of_voilas_own(app: Dashboard) -> None:
    ours = [route for route in routes(app) if route[1] is PageCloseHandler]
    theirs = [r for r in Voila.init_handlers(app) if r[1] is VoilaShutdownKernelHandler]
    assert [route[0] for route in ours] == [route[0] for route in theirs]
    assert len(ours) == 1
    assert list(inspect.signature(VoilaShutdownKernelHandler.post).parameters) == [
        *("self", "kernel_id")
    ]
    # without a token the request would be refused: the reason for the handler
    assert callable(VoilaShutdownKernelHandler.check_xsrf_cookie)


def test_both_notebooks_are_served(app: Dashboard) -> None:
    *_, laboratory, explorer = routes(app)
    assert explorer[:2] == ("/(.*)", TornadoVoilaHandler)
    assert explorer[2]["notebook_path"] == "dashboard.ipynb"
    assert laboratory[:2] == ("/laboratory/?()", TornadoVoilaHandler)
    assert laboratory[2] == {**explorer[2], "notebook_path": "laboratory.ipynb"}


def test_every_option_has_arrived(app: Dashboard) -> None:
    configuration = app.voila_configuration
    assert configuration.extension_denylist == USELESS_EXTENSIONS
    assert configuration.kernel_spec_manager_class is CurrentPythonKernels


def test_the_browser_is_launched_between_listening_and_the_loop() -> None:
    code = inspect.getsource(Voila.listen)
    steps = ["self.app.listen(", "self.launch_browser()", "ioloop.start()", "self.stop()"]
    places = [code.index(step) for step in steps]
    assert places == sorted(places)
    assert "if self.open_browser:" in code


def test_the_address_is_printed_and_signals_stop_the_loop(
    app: Dashboard, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    stopped: list[Any] = []
    loop = type("Loop", (), {"stop": "stop", "add_callback_from_signal": stopped.append})
    monkeypatch.setattr(IOLoop, "current", lambda: loop)
    app.with_browser, app.port = False, 4321
    try:
        app.launch_browser()
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert stopped == ["stop", "stop"]
    assert capsys.readouterr().out.startswith("Dashboard: http://localhost:4321/ ")


def test_stopping_ends_the_kernels_even_at_the_second_attempt(
    app: Dashboard, tmp_path: Path
) -> None:
    from tornado.web import HTTPError

    calls: list[str] = []

    class Kernels:
        async def shutdown_all(self) -> None:
            calls.append("shutdown_all")
            if len(calls) == 1:
                raise HTTPError(404)

    app.connection_dir = str(tmp_path / "connections")
    Path(app.connection_dir).mkdir()
    app.kernel_manager = Kernels()
    app.stop()
    assert calls == ["shutdown_all"] * 2
    assert not Path(app.connection_dir).exists()
    assert "self.connection_dir = " in inspect.getsource(Voila.start)
    assert "self.kernel_manager.shutdown_all" in inspect.getsource(Voila.stop)


def test_voila_in_another_server_takes_the_handler_too() -> None:
    """In a process of its own, since it changes Voila for good."""
    assert server_extension.VoilaShutdownKernelHandler is VoilaShutdownKernelHandler
    code = inspect.getsource(server_extension._load_jupyter_server_extension)
    assert "VoilaShutdownKernelHandler" in code
    code = """
        from voila import server_extension
        from facecrystal_widgets.server import voila
        voila.end_kernels_of_left_pages()
        assert server_extension.VoilaShutdownKernelHandler is voila.PageCloseHandler
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
