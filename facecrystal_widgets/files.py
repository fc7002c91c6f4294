"""Files that are written whole or not at all."""

import errno
import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, then rename it, so that half of it is never seen.

    Raises
    ------
    OSError
        with `path`; where the disk is full, with what to do.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        message = error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = (
                "the disk is full; what was finished is kept, make room and run the command again"
            )
        raise OSError(error.errno, message, os.fspath(path)) from error
