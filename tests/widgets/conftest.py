"""Sessions for panels without a browser."""

import pytest
from panels import CountingSession


@pytest.fixture
def session() -> CountingSession:
    """A session that raises problems, and counts its views."""
    return CountingSession(strict=True)
