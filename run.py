#!/usr/bin/env python3
"""Make all that facecrystal_widgets needs, and run it. Python 3.11 or newer is enough.

    python3 run.py dashboard [OPTIONS]    open the Explorer in the browser
    python3 run.py test [OPTIONS]         run all the tests

The first run makes a virtual environment in .venv and installs the versions of constraints.txt
into it; later runs start at once. To undo it, delete .venv. The tests also need Chromium, Chrome
or Edge; on Debian and Ubuntu, Chromium is installed with apt-get where that is allowed.

OPTIONS are handed on to `facecrystal dashboard` and to `pytest`, for example
    python3 run.py dashboard --help
    python3 run.py dashboard --no-browser --port 8866     on a server: only prints the address
    python3 run.py test -k session

Without OPTIONS, two processes share the tests.

Environment variables:
    FACECRYSTAL_VENV       another place for the virtual environment
    FACECRYSTAL_BROWSER    the browser for the tests, by name or path
"""

# An old Python must get as far as the message about it: no syntax newer than Python 3.6.

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST_TESTED = (3, 11), (3, 13)
TOO_NEW = " It may be that this Python is too new: 3.11 to 3.13 have been tried."
# The tests of a file share servers, pages and networks.
EVERY_TEST = ("-n", "2", "--dist", "loadfile", "--durations", "20")
WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("FACECRYSTAL_VENV") or ROOT / ".venv").expanduser().resolve()
STAMP = VENV / "facecrystal.stamp"  # says what is installed, or "unfinished"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def main() -> None:
    command, options = "".join(sys.argv[1:2]), sys.argv[2:]
    if command in ("-h", "--help"):
        print(__doc__)
    elif command not in ("dashboard", "test"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    elif sys.version_info < OLDEST:
        sys.exit(f"run.py needs Python 3.11 or newer; {sys.executable} is Python {version()}.")
    elif command == "dashboard":
        set_up("")
        become(BIN / "facecrystal", "dashboard", *options)
    else:
        os.environ["FACECRYSTAL_BROWSER"] = find_browser() or install_browser()
        set_up("[test]")
        start_playwright()
        os.chdir(ROOT)
        become(PYTHON, "-m", "pytest", *(options or EVERY_TEST))


def set_up(extra: str) -> None:
    """Make the virtual environment, unless the stamp says that all is there."""
    place = digest(str(ROOT).encode(), str(VENV).encode(), version().encode())
    pins = digest(*((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")))
    made_at, installed, extras = stamp()
    healthy = made_at == place and PYTHON.exists()
    if healthy and installed == pins and extras in ("core" + extra, "core[test]"):
        return
    if not healthy:
        make_venv()
    STAMP.write_text("unfinished")
    run(
        "Installing facecrystal_widgets and what {} ...".format(
            "the tests need; 3 GB, a few minutes" if extra else "it needs; 800 MB, about a minute"
        ),
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        "--no-compile",
        *("-c", ROOT / "constraints.txt", "-e", f"{ROOT}{extra}"),
        hint="The installation failed, for the reason above."
        + (TOO_NEW if sys.version_info[:2] > NEWEST_TESTED else ""),
    )
    quietly(PYTHON, "-m", "compileall", "-q", "-j", 0, VENV)  # pip would use one core
    STAMP.write_text(f"{place} {pins} core{extra}")


def make_venv() -> None:
    if VENV.exists() and any(VENV.iterdir()):
        if not STAMP.exists():
            sys.exit(
                f"{VENV} was not made by run.py, so it is left alone. "
                "Delete it, or name another place in FACECRYSTAL_VENV."
            )
        shutil.rmtree(VENV)
    VENV.mkdir(parents=True, exist_ok=True)
    STAMP.write_text("unfinished")
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{version()}-venv"  # Debian keeps venv's other half in a package
        apt_install(package, f"This Python has no ensurepip: install the package {package}.")
    run(f"Making a virtual environment in {VENV} ...", sys.executable, "-m", "venv", VENV)


def find_browser() -> str:
    """Path of the first browser that starts, or ''."""
    named = os.environ.get("FACECRYSTAL_BROWSER")
    for name in [named] if named else BROWSERS:
        path = shutil.which(name)
        # Ubuntu has a chromium-browser that only says where to find one. On Windows, asking for
        # the version would open a window.
        if path and (WINDOWS or quietly(path, "--version").returncode == 0):
            return path
    if named:
        sys.exit(f"FACECRYSTAL_BROWSER is {named}, which is not a browser that starts.")
    return ""


def install_browser() -> str:
    advice = (
        "The tests need a browser: install the package chromium (or Google Chrome, or Edge), "
        "or name one in FACECRYSTAL_BROWSER."
    )
    apt_install("chromium", advice)
    return find_browser() or sys.exit(advice)


def start_playwright() -> None:
    """Make sure that Playwright's Node.js starts: a bare Debian lacks a library that it needs."""
    if quietly(PYTHON, "-m", "playwright", "--version").returncode:
        advice = "Playwright, which the tests use, does not start: install the package libatomic1."
        apt_install("libatomic1", advice)


def apt_install(package: str, advice: str) -> None:
    """Install a Debian package, or exit with the advice where we can't."""
    sudo = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    needed = ["apt-get", *sudo[:1]]
    if not all(map(shutil.which, needed)) or (sudo and quietly(*sudo, "true").returncode):
        sys.exit(advice)
    install = "apt-get install -y --no-install-recommends"
    script = f"apt-get update; DEBIAN_FRONTEND=noninteractive {install} {package}"
    run(f"Installing {package} with apt-get ...", *sudo, "sh", "-c", script, hint=advice)


def run(message: str, *command: object, hint: str = "") -> None:
    """Print the message, run the command, and show its output if it fails."""
    print(message, flush=True)
    done = quietly(*command)
    if done.returncode:
        print(done.stdout.decode(errors="replace"), flush=True)
        sys.exit(hint or f"{command[0]} failed with exit code {done.returncode}.")


def quietly(*command: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def become(*command: object) -> None:
    """Replace this process by the command, so that signals reach it."""
    program, *arguments = map(str, command)
    if WINDOWS:  # has no exec
        sys.exit(subprocess.call([program, *arguments]))
    os.execv(program, [program, *arguments])


def stamp() -> "list[str]":
    """Digests of the environment's place and of what was installed, and the extras."""
    parts = STAMP.read_text().split() if STAMP.exists() else []
    return parts if len(parts) == 3 else ["", "", ""]


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


if __name__ == "__main__":
    # Another checkout's modules must not slip in, and no pip may outlive a run.py that is stopped.
    os.environ.pop("PYTHONPATH", None)
    os.environ.pop("PYTHONHOME", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
