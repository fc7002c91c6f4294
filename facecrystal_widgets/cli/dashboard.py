"""Serve the interactive page until it is stopped.

Prints the address and opens it in the browser. Every visitor has a Python
process of their own; it ends when the page is closed, or after ten minutes
without a connection. One more waits for the next visitor, so that the page
comes up sooner.

examples:
  facecrystal dashboard
  facecrystal dashboard --no-browser --port 9000     on a server
  facecrystal dashboard --ip 0.0.0.0                 for a class room: open to
                                                     all who reach this computer
"""

import argparse

from ..server.addresses import PORT
from .options import Parser


def add_arguments(parser: Parser) -> None:
    parser.add_server(PORT)
    add = parser.add_argument
    add("--theme", choices=("light", "dark"), default="light", help="default: %(default)s")
    add("--no-preheat", action="store_true", help="keep no process waiting: less memory, slower")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped, by Ctrl-C or by SIGTERM."""
    from ..server.dashboard import serve_dashboard

    serve_dashboard(
        arguments.ip,
        arguments.port,
        with_browser=not arguments.no_browser,
        theme=arguments.theme,
        preheat=not arguments.no_preheat,
    )
    return 0
