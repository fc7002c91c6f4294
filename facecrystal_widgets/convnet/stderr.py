"""Standard error closed while C++ libraries load."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def standard_error_closed() -> Iterator[None]:
    """Nothing reaches file descriptor 2; Python's exceptions are not touched.

    LiteRT announces its XNNPACK delegate there, which Jupyter shows in red above the first result,
    and has neither an option nor an environment variable against it (LiteRT issue 7420); TensorFlow
    writes before it reads its log level.
    """
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
