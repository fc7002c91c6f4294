"""The processes of a job, ended together."""

import os
import signal
import subprocess
import sys
from typing import Any


def group_options() -> dict[str, Any]:
    """Options of a process that can be ended with all it starts, and runs at low priority."""
    if sys.platform == "win32":
        flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags}
    return {"start_new_session": True}


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Terminate a group; trackers of semaphores and temporary files tidy up before they end."""
    if sys.platform == "win32":
        kill(process)
    else:
        _signal(process.pid, signal.SIGTERM)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a group."""
    if sys.platform == "win32":
        kill_tree(process.pid)
    else:
        _signal(process.pid, signal.SIGKILL)


def survivors(process: subprocess.Popen[bytes]) -> bool:
    """Whether anything is left of the group."""
    return sys.platform != "win32" and _signal(process.pid, 0)


def _signal(group: int, number: int) -> bool:
    """Signal a group of processes; False where there is none."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS: what is left are zombies
        return False
    return True


def kill_tree(pid: int) -> None:
    """Kill a process and all it started, on Windows, which has no groups."""
    subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
