"""The processes of a job, ended together."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

JOBLIB_FOLDER = "joblib_memmapping_folder_{pid}_*"
"""Name of the temporary folders that joblib 1.4 to 1.6 makes for a process."""


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


def remove_temporary_folders(pid: int) -> None:
    """Remove the folders of joblib for a process that has ended.

    On a busy machine its tracker may be killed before it has removed them itself.
    """
    for parent in (Path("/dev/shm"), Path(tempfile.gettempdir())):
        for folder in parent.glob(JOBLIB_FOLDER.format(pid=pid)):
            shutil.rmtree(folder, ignore_errors=True)


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
