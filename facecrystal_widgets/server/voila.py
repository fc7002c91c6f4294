"""The private parts of Voila that this package relies on, in one place.

Written for Voila 0.5.11 to 0.5.13; ``pyproject.toml`` bounds the version, and
``tests/server/test_voila.py`` fails if one of these parts changes:
https://github.com/voila-dashboards/voila/blob/v0.5.13/voila/app.py
"""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from jupyter_server.utils import url_path_join
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from voila import server_extension
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler

from .addresses import address, open_browser


class PageCloseHandler(VoilaShutdownKernelHandler):
    """Ends the kernel of a page that is left.

    The page cannot send an XSRF token then, so Voila's own handler refuses the request and the
    kernel lives on (https://github.com/voila-dashboards/voila/issues/1458). No token is needed:
    only that page knows the kernel's number.
    """

    def check_xsrf_cookie(self) -> None:
        return None


def end_kernels_of_left_pages() -> None:
    """The same where Voila is an extension of another Jupyter server, as on Binder."""
    server_extension.VoilaShutdownKernelHandler = PageCloseHandler


class Dashboard(Voila):
    """Voila that prints nothing but its address, once it listens, and serves a second notebook."""

    with_browser = True
    laboratory: Path | None = None
    """The notebook that is served as ``/laboratory``."""

    def init_handlers(self) -> list[Any]:
        handlers: list[Any] = super().init_handlers()
        for i, (path, handler, *rest) in enumerate(handlers):
            if handler is VoilaShutdownKernelHandler:
                handlers[i] = (path, PageCloseHandler, *rest)
        if self.laboratory is not None:
            *_, (_, handler, options) = handlers  # the one that serves the only notebook
            notebook = os.path.relpath(self.laboratory, self.root_dir)
            pattern = url_path_join(self.server_url, "/laboratory/?()")
            handlers.insert(-1, (pattern, handler, {**options, "notebook_path": notebook}))
        return handlers

    def launch_browser(self) -> None:
        """Voila calls this when the port listens, just before its loop runs."""
        loop = IOLoop.current()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Nothing is raised: an exception may hit a weakref's callback, where it is lost.
            signal.signal(number, lambda *_: loop.add_callback_from_signal(loop.stop))
        print(f"Dashboard: {address(self.ip, self.port)}   (Ctrl-C stops it)", flush=True)
        if self.with_browser:
            open_browser(address(self.ip, self.port, for_browser=True))

    def stop(self) -> None:
        """End the kernels. This fails while one is being started or ended: then once more."""
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        for _ in range(5):
            with suppress(HTTPError):
                run_sync(self.kernel_manager.shutdown_all)()
                return
