"""Open the notebooks in JupyterLab.

The notebooks of an installed package are copied to ./facecrystal-notebooks
first; files that are there already are left as they are.

examples:
  facecrystal lab
  facecrystal lab --no-browser --port 9001
"""

import argparse

from ..server.addresses import LAB_PORT
from .options import Parser


def add_arguments(parser: Parser) -> None:
    parser.add_server(LAB_PORT)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped, by Ctrl-C or by SIGTERM."""
    from ..server.lab import serve_lab

    serve_lab(arguments.ip, arguments.port, with_browser=not arguments.no_browser)
    return 0
