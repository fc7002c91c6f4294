"""Results computed from inputs: when they are asked for, and again only after a change."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stage:
    """A result: the inputs and stages it reads, and the pure function that computes it."""

    reads: tuple[str, ...]
    compute: Callable[..., Any]
    slow: bool = False


class Graph:
    """Inputs and the stages computed from them.

    Parameters
    ----------
    inputs : each input's value by its name; a value is replaced, never modified.
    stages : the table; a stage reads inputs and stages that stand above it.
    changed : called after a change, and once after several of them (:meth:`hold`).

    Attributes
    ----------
    inputs : their present values.
    computed : how often each stage was computed.

    >>> graph = Graph({"edge": 2}, {"volume": Stage(("edge",), lambda edge: edge**3)})
    >>> graph.get("volume")
    8
    >>> graph.set("edge", 3)
    >>> graph.get("volume")
    27
    """

    def __init__(
        self,
        inputs: Mapping[str, Any],
        stages: Mapping[str, Stage],
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.inputs = dict(inputs)
        self.computed = dict.fromkeys(stages, 0)
        self._stages = stages
        self._changed = changed
        self._values: dict[str, Any] = {}
        self._errors: dict[str, Exception] = {}
        self._versions = dict.fromkeys((*inputs, *stages), 0)
        self._holding = 0

    def get(self, name: str) -> Any:
        """An input, or the up-to-date result of a stage; raises what computing it raised."""
        if name in self.inputs:
            return self.inputs[name]
        if name in self._errors:
            raise self._errors[name]
        if name not in self._values:
            stage = self._stages[name]
            try:
                arguments = [self.get(read) for read in stage.reads]
                self.computed[name] += 1
                self._values[name] = stage.compute(*arguments)
            except Exception as error:
                self._errors[name] = error
                raise
        return self._values[name]

    def set(self, name: str, value: Any) -> None:
        """Replace an input; what depends on it is computed again when it is asked for."""
        self._versions[name] += 1
        self.inputs[name] = value
        stale = {name}
        for stage_name, stage in self._stages.items():
            if stale.intersection(stage.reads):
                stale.add(stage_name)
                self._versions[stage_name] += 1
                self._values.pop(stage_name, None)
                self._errors.pop(stage_name, None)
        self._announce()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Announce several changes once, at the end; an error does not hide those before it."""
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
            self._announce()

    def _announce(self) -> None:
        if not self._holding:
            self._changed()

    def adopt(self, other: "Graph") -> None:
        """Take over what another graph of the same table has computed from the same values."""
        same = {name for name, value in self.inputs.items() if value == other.inputs[name]}
        for name, stage in self._stages.items():
            if name in other._values and same.issuperset(stage.reads):
                same.add(name)
                self._values[name] = other._values[name]
                self._errors.pop(name, None)

    @property
    def errors(self) -> list[Exception]:
        """Errors of the stages that failed, in the order of the table."""
        return [self._errors[name] for name in self._stages if name in self._errors]

    def versions(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """A number for each of the inputs and stages, which grows when the value may be new."""
        return tuple(self._versions[name] for name in names)

    def is_slow(self, name: str) -> bool:
        """Whether computing this involves a slow stage."""
        stage = self._stages.get(name)
        return stage is not None and (stage.slow or any(map(self.is_slow, stage.reads)))
