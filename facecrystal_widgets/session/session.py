"""The reactive state behind the panels: traits for the inputs, and a graph of results."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from ase import Atoms
from traitlets import Enum, Float, HasTraits, Instance, Int, TraitError, Unicode

from ..arguments import error_message
from ..attention.response import STARTS, UNPOOLINGS
from ..convnet.layers import CONV_LAYERS, load_network
from ..convnet.runtime import Classifier
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.form_factors import FORM_FACTORS
from . import script, state
from .graph import Graph
from .history import History, Inputs
from .sources import FileSource, PrototypeSource, Source, titled_error
from .stages import STAGES
from .watches import Watch, Watches

log = logging.getLogger(__name__)

AXES = ("auto", "as-given")
"""The cube axes are searched for where they are not known, or taken to lie along x, y, z."""
READY = "ready"
WORKING = "working …"
ADVICE = "The last good state is kept; undo the change or reset."
"""Follows a problem that is no fault of the input."""


class Session(HasTraits):
    """Inputs, results and history of one exploration.

    An input is a trait with an immutable value: a control replaces the whole value. A result is a
    stage of :data:`~facecrystal_widgets.session.stages.STAGES`. A change marks what depends on it
    as stale; a stage is computed when a view that watches it is refreshed, once.

    Attributes
    ----------
    source : `PrototypeSource` or `FileSource`; set it through :meth:`choose`, which refuses what
        cannot be used and keeps the last good one.
    target_atoms, recipe, detector, gamma, form_factor : as in
        :func:`~facecrystal_widgets.fingerprint`.
    orientation : ``"auto"`` or ``"as-given"``, as in :func:`~facecrystal_widgets.classify`.
    place : middle of the sphere of `target_atoms` that is cut out of the structure, Angstrom; None:
        the whole structure, or the middle of one of more than 1,024 atoms.
    symprec : spglib's distance tolerance, Angstrom.
    layer, start, unpooling : as in :func:`~facecrystal_widgets.attentive_response`.
    model : folder of the network in use; ``""`` is the shipped one. Set it through
        :meth:`choose_model`, which refuses a folder without a usable network.
    status : ``"ready"``, ``"working …"`` or a sentence that names the problem.
    strict : raise problems instead of showing them in `status`; for tests.
    computed : how often each stage was computed.

    >>> from dataclasses import replace
    >>> session = Session()
    >>> session.get("verdict").label
    'bcc'
    >>> session.recipe = replace(session.recipe, vacancies=0.5)
    >>> len(session.get("broken"))
    64
    """

    source: Any = Instance(object)
    target_atoms = Int(128, min=32, max=1024)
    orientation = Enum(AXES, AXES[0])
    place: Any = Instance(tuple, allow_none=True)
    recipe = Instance(DefectRecipe)
    detector = Instance(Detector)
    gamma = Float(1.5, min=0.1, max=4.0)
    form_factor = Enum(FORM_FACTORS, FORM_FACTORS[0])
    symprec = Float(0.01, min=1e-5, max=10**-0.5)
    layer = Enum(CONV_LAYERS, CONV_LAYERS[-1])
    start = Enum(STARTS, STARTS[0])
    unpooling = Enum(UNPOOLINGS, UNPOOLINGS[0])
    model = Unicode("")
    status = Unicode(READY)

    INPUTS = state.INPUTS

    def __init__(self, *, strict: bool = False, **inputs: Any) -> None:
        super().__init__(
            **{
                "source": PrototypeSource(),
                "recipe": DefectRecipe(),
                "detector": Detector(),
                **inputs,
            }
        )
        self.strict = strict
        self._problem = ""
        self._graph = Graph(self.inputs(), STAGES, self._refresh)
        self._watches = Watches(self._graph, self._fail, self._rest)
        self._history = History(self.inputs())
        self.computed = self._graph.computed
        self.observe(self._change, self.INPUTS)

    # --- inputs and results -------------------------------------------------------------------

    def inputs(self) -> Inputs:
        """All inputs by name, immutable values."""
        return {name: getattr(self, name) for name in self.INPUTS}

    def get(self, name: str) -> Any:
        """An input, or the up-to-date result of a stage; raises what computing it raised."""
        return self._graph.get(name)

    def hold(self) -> AbstractContextManager[None]:
        """Change several inputs and refresh the views once, at the end."""
        return self._graph.hold()

    def set(self, **inputs: Any) -> None:
        """Set several inputs at once."""
        self._problem = ""
        with self.hold():
            for name, value in inputs.items():
                setattr(self, name, value)

    def reset(self) -> None:
        """Return to the inputs of a new session."""
        self.set(**Session().inputs())

    def _change(self, change: Any) -> None:
        self._problem = ""
        self._graph.set(change.name, change.new)

    def _refresh(self) -> None:
        self._watches.refresh()
        self._report()

    # --- views --------------------------------------------------------------------------------

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The watches of the views that are open."""
        return self._watches.present

    def watch(
        self,
        callback: Callable[..., None],
        *names: str,
        active: bool = True,
        at_rest: bool = False,
    ) -> Watch:
        """Call ``callback(*values)`` now and whenever a named input or stage has a new value.

        A view of slow stages is called when the inputs have come to rest, and so is one `at_rest`;
        a view that is not active, when it becomes so (:meth:`activate`).
        """
        return self._watches.add(callback, names, active, at_rest)

    def unwatch(self, watch: Watch) -> None:
        """End a watch; ending it twice does no harm."""
        self._watches.remove(watch)

    def activate(self, watch: Watch, active: bool, *, again: bool = False) -> None:
        """Pause a view that cannot be seen, or wake it up; `again`: call it even if nothing is
        new, because another view has overwritten what it shows."""
        self._watches.activate(watch, active, again)

    def settle(self) -> None:
        """Take the inputs to be at rest: refresh the slow views, remember the state."""
        self._watches.settle()

    def close(self) -> None:
        """Forget the views and cancel what is scheduled."""
        self._watches.close()

    def _rest(self, upcoming: Watch | None) -> None:
        """The inputs are at rest, and the next slow view, if there is one, will be refreshed."""
        self._history.remember(self.inputs())
        if upcoming is None:
            self._report()
        elif upcoming.takes_long and self.status == READY:
            self.status = WORKING

    # --- status -------------------------------------------------------------------------------

    def refuse(self, reason: str) -> None:
        """Show why something that was asked for is not done; nothing changes."""
        self._problem = reason
        self._report()

    def _fail(self, error: Exception) -> None:
        if self.strict:
            raise error
        if not isinstance(error, ValueError):  # a ValueError is our own message for bad input
            log.error("a stage or a view failed", exc_info=error)
        if error not in self._graph.errors:  # those of stages are reported while they last
            self._problem = error_message(error, ADVICE)

    def _report(self) -> None:
        errors = self._graph.errors
        self.status = self._problem or (error_message(errors[0], ADVICE) if errors else READY)

    # --- structure and network ----------------------------------------------------------------

    def choose(self, source: Source) -> bool:
        """Take another structure if it can be used; else say why and keep the present one.

        Defects that the new structure cannot have are dropped from the recipe: the removal of a
        sublattice it does not have, and substitution by a species it already contains.
        """
        self.status = WORKING
        trial = Graph({**self.inputs(), "source": source, "place": None}, STAGES)
        try:
            cluster = trial.get("cluster")
            trial.get("pristine")
        except Exception as error:
            self._fail(titled_error(source, error))
            self._report()
            return False
        with self.hold():
            self.set(source=source, place=None, recipe=_possible_defects(self.recipe, cluster))
            self._graph.adopt(trial)
        return True

    def upload(self, filename: str, content: bytes, frame: int = 0) -> bool:
        """:meth:`choose` a file by its name and bytes."""
        return self.choose(FileSource(filename, content, frame))

    def choose_model(self, folder: str) -> bool:
        """Take another network, ``""`` for the shipped one, if it can be used; else say why and
        keep the present one."""
        try:
            if folder:
                Classifier(folder)
                load_network(folder)
        except (OSError, ValueError) as error:
            self.refuse(f"{folder}: not a usable network ({error})")
            return False
        self.set(model=folder)
        return True

    # --- history and state --------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo(self.inputs())

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo(self.inputs())

    def undo(self) -> None:
        """Return to the state before the last one in which the inputs came to rest."""
        self._return_to(self._history.undo(self.inputs()))

    def redo(self) -> None:
        """Take back an undo, unless something else was changed since."""
        self._return_to(self._history.redo(self.inputs()))

    def _return_to(self, inputs: Inputs | None) -> None:
        if inputs is not None:
            self.set(**inputs)

    def to_dict(self) -> dict[str, Any]:
        """The state as plain data for JSON."""
        return state.to_dict(self.inputs())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Session":
        """The session whose state :meth:`to_dict` wrote."""
        return cls(**state.from_dict(data))

    def restore(self, text: str) -> bool:
        """Take a state as JSON text, as a link carries it, if it can be used; else say why and keep
        the present one. The network is not taken from a link."""
        try:
            inputs = state.from_dict(json.loads(text)) | {"model": self.model}
            trial = Session(**inputs)
            trial.get("verdict")
        except (ValueError, LookupError, TypeError, AttributeError, TraitError) as error:
            self.refuse(f"The link holds no state that can be used ({error})")
            return False
        with self.hold():
            self.set(**inputs)
            self._graph.adopt(trial._graph)
        return True

    def to_python(self) -> str:
        """A script that gives the same verdict by the public functions."""
        atoms, turned = len(self.get("structure")), self.get("aligned").turned
        return script.to_python(self.inputs(), atoms, turned)


def _possible_defects(recipe: DefectRecipe, cluster: Atoms) -> DefectRecipe:
    """The recipe without the defects that a cluster cannot have."""
    if "sublattice" not in cluster.arrays:
        recipe = replace(recipe, removal=0.0)
    if set(recipe.species) & set(cluster.get_chemical_symbols()):
        recipe = replace(recipe, substitution=0.0, species=())
    return recipe
