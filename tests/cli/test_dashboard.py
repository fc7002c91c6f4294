"""``facecrystal dashboard`` and ``facecrystal lab``: where they are, and how they end."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from facecrystal_widgets.server import addresses

Run = Callable[..., tuple[int, str, str]]
PROGRAM = (sys.executable, "-m", "facecrystal_widgets")


def test_the_dashboard_says_where_it_is_serves_it_and_stops(tmp_path: Path) -> None:
    kernel = tmp_path / "kernels" / "python3" / "kernel.json"  # not the Python of this program
    kernel.parent.mkdir(parents=True)
    kernel.write_text(
        json.dumps({"argv": ["/nowhere/python"], "display_name": "x", "language": "python"})
    )
    with socket.create_server(("localhost", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*PROGRAM, "dashboard", "--no-browser", "--no-preheat", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "JUPYTER_PATH": str(tmp_path)},
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line == f"Dashboard: http://localhost:{port}/   (Ctrl-C stops it)\n"
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=120) as page:
            assert page.status == 200
            assert "error when executing cell" not in page.read().decode()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["dashboard", "lab"])
def test_a_port_that_is_taken_is_said_in_one_line(command: str, run: Run) -> None:
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run(command, "--no-browser", "--port", port)
        assert addresses.choose_port("localhost", None, port) > port
    assert (code, out) == (2, "")
    assert err.startswith(f"facecrystal {command}: cannot listen on localhost, port {port}: ")
    assert err.count("\n") == 1
