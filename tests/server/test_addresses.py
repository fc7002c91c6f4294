"""Ports, addresses and the browser."""

import socket
import webbrowser

import pytest

from facecrystal_widgets.server import addresses


def test_addresses() -> None:
    assert addresses.address("localhost", 80) == "http://localhost:80/"
    assert addresses.address("::1", 80) == "http://[::1]:80/"
    assert addresses.address("0.0.0.0", 80) == f"http://{socket.gethostname()}:80/"
    assert addresses.address("0.0.0.0", 80, for_browser=True) == "http://localhost:80/"


def test_without_a_browser_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    addresses.open_browser("http://localhost:80/")
