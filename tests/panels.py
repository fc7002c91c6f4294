"""Panels as the page and the session see them: messages from views, and views that ended."""

from collections.abc import Sequence
from typing import Any

from facecrystal_widgets.session.session import Session


class CountingSession(Session):
    """A session whose watches that have not ended are in `watched`."""

    def __init__(self, **options: Any) -> None:
        self.watched: list[Any] = []
        super().__init__(**options)

    def watch(self, *arguments: Any, **options: Any) -> Any:
        watch = super().watch(*arguments, **options)
        self.watched.append(watch)
        return watch

    def unwatch(self, watch: Any) -> None:
        super().unwatch(watch)
        if watch in self.watched:
            self.watched.remove(watch)


def page_sends(view: Any, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
    """A message from a view's page module arrives in the kernel."""
    data = {"method": "custom", "content": message}
    view.comm.handle_msg({"content": {"data": data}, "buffers": list(buffers)})
