"""Ports, addresses and the browser."""

import errno
import os
import socket
import threading
import webbrowser

PORT, LAB_PORT = 8866, 8888
"""Of the dashboard and of JupyterLab, unless they are taken or another one is asked for."""
PORTS_TRIED = 50


class PortError(OSError):
    """No port to listen on; the message says which was tried and what to do."""


def choose_port(ip: str, wanted: int | None, default: int) -> int:
    """The port asked for, or the first free one from `default` on."""
    for port in [wanted] if wanted else range(default, default + PORTS_TRIED):
        try:
            _bind(ip, port)
            return port
        except OSError as error:
            if wanted or error.errno != errno.EADDRINUSE:
                message = f"cannot listen on {ip}, port {port}: {error.strerror}"
                raise PortError(message) from error
    last = default + PORTS_TRIED - 1
    raise PortError(f"all ports from {default} to {last} are taken; choose a --port")


def _bind(ip: str, port: int) -> None:
    """Bind the port for a moment at all addresses of that name, as the servers will."""
    places = socket.getaddrinfo(ip or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, kind, protocol, _, place in places:
        try:
            with socket.socket(family, kind, protocol) as probe:
                if os.name != "nt":  # where it would mean to share the port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(place)
        except OSError as error:
            no_ipv6 = error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
            if not (family == socket.AF_INET6 and len(places) > 1 and no_ipv6):
                raise


def address(ip: str, port: int, for_browser: bool = False) -> str:
    """The address of the page; a server that listens everywhere has the computer's name in it."""
    if ip in ("", "0.0.0.0", "::"):
        host = "localhost" if for_browser else socket.gethostname()
    else:
        host = f"[{ip}]" if ":" in ip else ip
    return f"http://{host}:{port}/"


def open_browser(url: str) -> None:
    """Open the address if there is a browser with windows; if not, the address was printed."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    in_the_terminal = type(browser) is webbrowser.GenericBrowser
    if in_the_terminal and "BROWSER" not in os.environ:
        return  # lynx and the like would take the terminal, and cannot show the page
    threading.Thread(target=browser.open, args=(url, 2), daemon=True).start()
