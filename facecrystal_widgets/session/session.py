"""The reactive state behind the panels: traitlets and pure functions, no widgets.

Inputs are traits that hold immutable values; a control replaces one whole. Results are stages:
each names what it reads and the function that makes it. A change marks what lies downstream stale,
and a stage is computed when a view that watches it is refreshed, once.

>>> from dataclasses import replace
>>> session = Session()
>>> session.get("verdict").label
'bcc'
>>> session.recipe = replace(session.recipe, vacancies=0.5)
>>> len(session.get("broken"))
64
"""

import asyncio
import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from ase import Atoms
from traitlets import Enum, Float, HasTraits, Instance, Int, TraitError, Unicode

from ..arguments import check_number
from ..attention.landmarks import landmarks
from ..attention.response import (
    STARTS,
    UNPOOLINGS,
    AttentiveResponse,
    attentive_response,
    class_response,
)
from ..attention.templates import image_template
from ..classification.classify import classify_aligned
from ..convnet.layers import CONV_LAYERS, Network, load_network, pretrained_network
from ..convnet.runtime import Classifier, pretrained
from ..crystals.checks import MAX_LENGTH
from ..crystals.cluster import build_cluster
from ..crystals.lattices import PROTOTYPES
from ..crystals.prototypes import prototype
from ..crystals.spheres import cut_sphere
from ..crystals.symmetry import SymmetryVerdict, find_symmetry
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..diffraction.form_factors import FORM_FACTORS
from ..diffraction.reflections import reflections
from ..orientation.align import align
from ..reading.structures import read_structure

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.15
"""Slow stages wait until the inputs have been at rest for this long."""
GIVE_WAY_SECONDS = 0.005
"""Between two slow views, so that the messages that came meanwhile are worked on."""
ANNOUNCE_SECONDS = 0.3
"""Slow views that took longer than this many seconds are announced the next time."""
HISTORY = 100
"""How many states undo remembers."""
MAX_SYMMETRY_ATOMS = 150
"""Above this, spglib can hold the page up for long when displacements come near its tolerance: 23 s
for 216 atoms."""
CUT_ABOVE = 1024
"""Atoms: of a larger structure a sphere is looked at, about one place at a time."""
AXES = ("auto", "as-given")
"""The cube axes are sought where they are not known, or taken to lie along x, y, z."""

Place = tuple[float, float, float]


@dataclass(frozen=True)
class PrototypeSource:
    """A structure by prototype, element and lattice constant (Angstrom; None: the default)."""

    name: str = "bcc"
    element: str = "Fe"
    lattice_constant: float | None = None

    def __post_init__(self) -> None:
        if self.name not in PROTOTYPES:
            raise ValueError(
                f"name: expected one of {', '.join(PROTOTYPES)}, received {self.name!r}"
            )

    @property
    def title(self) -> str:
        return f"{self.element}, {PROTOTYPES[self.name].title}"

    def load(self) -> Atoms:
        return prototype(self.name, self.element, self.lattice_constant)


@dataclass(frozen=True)
class FileSource:
    """A structure from an uploaded file: its name, its bytes, and which frame of it."""

    filename: str
    content: bytes
    frame: int = 0

    @property
    def title(self) -> str:
        return self.filename

    def load(self) -> Atoms:
        return read_structure(self.content, self.filename, self.frame)


Source = PrototypeSource | FileSource


@dataclass(frozen=True)
class Stage:
    """A result: the inputs and stages it reads, and the pure function of them that makes it."""

    reads: tuple[str, ...]
    compute: Callable[..., Any]
    slow: bool = False


def _given(structure: Atoms, target_atoms: int, place: Place | None) -> Atoms:
    """The cluster as it lies in the structure; of a large one, the sphere about a place."""
    if place is None and len(structure) <= CUT_ABOVE:
        return build_cluster(structure, target_atoms)
    return cut_sphere(structure, target_atoms, place)


def _symmetry(broken: Atoms, symprec: float) -> SymmetryVerdict | None:
    """spglib's verdict; None where there is no cell to ask about, or too many atoms in it."""
    if broken.cell.rank < 3 or len(broken) > MAX_SYMMETRY_ATOMS:
        return None
    return find_symmetry(broken, symprec)


def _attention(
    image: Fingerprint,
    network: Network,
    layer: str,
    start: str,
    unpooling: str,
    template: AttentiveResponse,
) -> AttentiveResponse:
    """The response of all filters of a layer; the image's template is one of them."""
    if (layer, start, unpooling) == (CONV_LAYERS[-1], STARTS[0], UNPOOLINGS[0]):
        return template
    return attentive_response(image, layer, None, start=start, unpooling=unpooling, network=network)


STAGES: Mapping[str, Stage] = {
    "structure": Stage(("source",), lambda source: source.load()),
    "given": Stage(("structure", "target_atoms", "place"), _given),
    "aligned": Stage(("given", "orientation"), align),
    "cluster": Stage(("aligned",), lambda way: way.atoms),
    "broken": Stage(("cluster", "recipe"), lambda cluster, recipe: recipe.apply(cluster)),
    "fingerprint": Stage(("broken", "detector", "gamma", "form_factor"), fingerprint),
    "pristine": Stage(("cluster", "detector", "gamma", "form_factor"), fingerprint),
    "classifier": Stage(("model",), lambda model: Classifier(model) if model else pretrained()),
    "verdict": Stage(("fingerprint", "aligned", "classifier"), classify_aligned),
    "trust": Stage(("verdict",), lambda verdict: verdict.assessment, slow=True),
    "reflections": Stage(("fingerprint",), reflections, slow=True),
    "symmetry": Stage(("broken", "symprec"), _symmetry, slow=True),
    "network": Stage(
        ("model",), lambda model: load_network(model) if model else pretrained_network(), slow=True
    ),
    "activations": Stage(
        ("fingerprint", "network"),
        lambda image, network: network.activations(image.image),
        slow=True,
    ),
    "image_template": Stage(("fingerprint", "network"), image_template, slow=True),
    "attention": Stage(
        ("fingerprint", "network", "layer", "start", "unpooling", "image_template"),
        _attention,
        slow=True,
    ),
    "class_response": Stage(("fingerprint", "network"), class_response, slow=True),
    "landmarks": Stage(
        ("attention", "fingerprint", "reflections"),
        lambda response, image, spots: landmarks(response.total, image, spots),
        slow=True,
    ),
}


@dataclass(eq=False)
class Watch:
    """A view's wish to be told of results; inactive views cost nothing."""

    names: tuple[str, ...]
    callback: Callable[..., None]
    slow: bool
    active: bool = True
    seen: tuple[int, ...] = ()
    seconds: float = 0.0
    """How long the last call took."""


class Session(HasTraits):
    """Inputs, results and history of one exploration.

    Attributes
    ----------
    source : `PrototypeSource` or `FileSource`; set it through :meth:`choose`, which refuses what
        cannot be used and keeps the last good one.
    target_atoms, recipe, detector, gamma, form_factor : as in
        :func:`~facecrystal_widgets.fingerprint`.
    orientation : ``"auto"`` or ``"as-given"``, as in :func:`~facecrystal_widgets.classify`.
    place : the middle of the sphere of `target_atoms` that is looked at, Angstrom; None: the whole
        structure, or the middle of one of more than `CUT_ABOVE` atoms.
    symprec : spglib's distance tolerance, Angstrom.
    layer, start, unpooling : as in :func:`~facecrystal_widgets.attentive_response`.
    model : folder of the network in use; ``""`` is the shipped one. Set it through
        :meth:`choose_model`, which refuses a folder without a usable network.
    status : ``"ready"``, ``"working …"`` or the problem in words.
    strict : raise problems instead of putting them into words; for tests.
    computed : how often each stage was computed.
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
    status = Unicode("ready")

    INPUTS = (
        *("source", "target_atoms", "orientation", "place"),
        *("recipe", "detector", "gamma", "form_factor", "symprec"),
        *("layer", "start", "unpooling", "model"),
    )

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
        self.computed = dict.fromkeys(STAGES, 0)
        self._values: dict[str, Any] = {}
        self._errors: dict[str, Exception] = {}
        self._versions = dict.fromkeys((*self.INPUTS, *STAGES), 0)
        self._watches: list[Watch] = []
        self._holding = 0
        self._timer: asyncio.TimerHandle | None = None
        self._past: list[dict[str, Any]] = []
        self._future: list[dict[str, Any]] = []
        self._rested = self.inputs()
        self._problem = ""
        self.observe(self._changed, self.INPUTS)

    # --- results ----------------------------------------------------------------------------

    def get(self, name: str) -> Any:
        """An input, or the up-to-date result of a stage; raises what computing it raised."""
        if name in self.INPUTS:
            return getattr(self, name)
        if name in self._errors:
            raise self._errors[name]
        if name not in self._values:
            stage = STAGES[name]
            try:
                arguments = [self.get(read) for read in stage.reads]
                self.computed[name] += 1
                self._values[name] = stage.compute(*arguments)
            except Exception as error:
                self._errors[name] = error
                raise
        return self._values[name]

    def watch(
        self,
        callback: Callable[..., None],
        *names: str,
        active: bool = True,
        at_rest: bool = False,
    ) -> Watch:
        """Call ``callback(*values)`` now and whenever one of the named inputs or stages is new.

        A view of slow stages is called when the inputs have come to rest, and so is one `at_rest`;
        one that is not active when it is made so (:meth:`activate`).
        """
        slow = at_rest or any(self._is_slow(name) for name in names)
        watch = Watch(names, callback, slow, active)
        self._watches.append(watch)
        self._refresh_one(watch) if not slow else self._schedule()
        return watch

    def unwatch(self, watch: Watch) -> None:
        """End a view's wish; ending it twice does no harm."""
        if watch in self._watches:
            self._watches.remove(watch)

    def activate(self, watch: Watch, active: bool, *, again: bool = False) -> None:
        """Pause a view that cannot be seen, or wake it up; `again`: call it even if nothing is
        new, because another view wrote meanwhile what it shows."""
        if again:
            watch.seen = ()
        elif watch.active == active:
            return
        watch.active = active
        if active and not watch.slow:
            self._refresh_one(watch)
        elif active and self._timer is None:  # a running one must not start anew
            self._schedule()

    def _is_slow(self, name: str) -> bool:
        stage = STAGES.get(name)
        return stage is not None and (stage.slow or any(map(self._is_slow, stage.reads)))

    # --- change -----------------------------------------------------------------------------

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Change several inputs and refresh the views once, at the end."""
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
            self._refresh()  # what was set before an error counts, too

    def _changed(self, change: Any) -> None:
        self._versions[change.name] += 1
        stale = {change.name}
        for name, stage in STAGES.items():  # in order of the table, which runs downstream
            if stale.intersection(stage.reads):
                stale.add(name)
                self._versions[name] += 1
                self._values.pop(name, None)
                self._errors.pop(name, None)
        self._problem = ""
        self._refresh()

    def _refresh(self) -> None:
        if self._holding:
            return
        for watch in self._watches:
            if not watch.slow:
                self._refresh_one(watch)
        self._report()
        self._schedule()

    def _is_stale(self, watch: Watch) -> bool:
        return watch.active and watch.seen != self._versions_of(watch)

    def _versions_of(self, watch: Watch) -> tuple[int, ...]:
        return tuple(self._versions[name] for name in watch.names)

    def _refresh_one(self, watch: Watch) -> None:
        if not self._is_stale(watch):
            return
        watch.seen = self._versions_of(watch)
        try:
            watch.callback(*(self.get(name) for name in watch.names))
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if self.strict:
            raise error
        if not isinstance(error, ValueError):  # ValueErrors are our own words for bad input
            log.error("a stage or a view failed", exc_info=error)
        if error not in self._errors.values():  # those of stages are reported while they last
            self._problem = _in_words(error)

    def _report(self) -> None:
        failed = next((self._errors[name] for name in STAGES if name in self._errors), None)
        self.status = self._problem or (_in_words(failed) if failed else "ready")

    # --- rest -------------------------------------------------------------------------------

    def _schedule(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop: a script or a test calls settle() itself
            return
        self._timer = loop.call_later(SETTLE_SECONDS, self._settle_in, loop)

    def _settle_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """One slow view at a time: what a person does meanwhile comes first."""
        more = self._settle_one()
        self._timer = loop.call_later(GIVE_WAY_SECONDS, self._settle_in, loop) if more else None

    def settle(self) -> None:
        """The inputs have come to rest: refresh the views of slow stages, remember the state."""
        while self._settle_one():
            pass

    def _settle_one(self) -> bool:
        """Refresh the next view of slow stages; whether there may be another."""
        self._remember()
        watch = next((w for w in self._watches if w.slow and self._is_stale(w)), None)
        if watch is None:
            self._report()
            return False
        if watch.seconds > ANNOUNCE_SECONDS and self.status == "ready":
            self.status = "working …"
        start = time.monotonic()
        self._refresh_one(watch)
        watch.seconds = time.monotonic() - start
        return True

    def _remember(self) -> None:
        now = self.inputs()
        if now != self._rested:
            self._past = [*self._past, self._rested][-HISTORY:]
            self._future.clear()
            self._rested = now

    def close(self) -> None:
        """Forget the views and cancel what is scheduled."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._watches.clear()

    # --- choosing a structure ---------------------------------------------------------------

    def choose(self, source: Source) -> bool:
        """Take another structure if it can be used; else say why and keep the present one.

        Defects that the new structure cannot have are dropped from the recipe: the removal of a
        sublattice it does not have, and substitution by a species it already holds.
        """
        self.status = "working …"
        try:
            structure = source.load()
            given = _given(structure, self.target_atoms, None)
            way = align(given, self.orientation)
            cluster = way.atoms
            pristine = fingerprint(cluster, self.detector, self.gamma, self.form_factor)
        except Exception as error:
            self._fail(_naming(source, error))
            self._report()
            return False
        recipe = self.recipe
        if "sublattice" not in cluster.arrays:
            recipe = replace(recipe, removal=0.0)
        if set(recipe.species) & set(cluster.get_chemical_symbols()):
            recipe = replace(recipe, substitution=0.0, species=())
        self._problem = ""
        with self.hold():
            self.source, self.place = source, None
            # what was just tried need not be read and computed again
            self._values.update(structure=structure, given=given, aligned=way)
            self._values.update(cluster=cluster, pristine=pristine)
            self.recipe = recipe
        return True

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

    def refuse(self, reason: str) -> None:
        """Say why something that was asked for is not done; nothing changes."""
        self._problem = reason
        self._report()

    def upload(self, filename: str, content: bytes, frame: int = 0) -> bool:
        """:meth:`choose` a file by its name and bytes."""
        return self.choose(FileSource(filename, content, frame))

    # --- history and state ------------------------------------------------------------------

    def inputs(self) -> dict[str, Any]:
        """All inputs, immutable values."""
        return {name: getattr(self, name) for name in self.INPUTS}

    @property
    def can_undo(self) -> bool:
        return bool(self._past) or self.inputs() != self._rested

    @property
    def can_redo(self) -> bool:
        return bool(self._future) and self.inputs() == self._rested

    def undo(self) -> None:
        """Go back to the state before the last one in which the inputs came to rest."""
        self._remember()
        if self._past:
            self._future.append(self._rested)
            self._go(self._past.pop())

    def redo(self) -> None:
        """Take back an undo, unless something else was changed since."""
        self._remember()
        if self._future:
            self._past.append(self._rested)
            self._go(self._future.pop())

    def _go(self, inputs: dict[str, Any]) -> None:
        self._rested = inputs
        self.set(**inputs)

    def set(self, **inputs: Any) -> None:
        """Set several inputs at once."""
        self._problem = ""
        with self.hold():
            for name, value in inputs.items():
                setattr(self, name, value)

    def reset(self) -> None:
        """Back to the state of a new session."""
        self.set(**Session().inputs())

    def to_dict(self) -> dict[str, Any]:
        """The state as plain data for JSON."""
        source: dict[str, Any] = asdict(self.source)
        if isinstance(self.source, FileSource):
            source["content"] = base64.b64encode(self.source.content).decode()
        return {
            "source": source,
            "target_atoms": self.target_atoms,
            "orientation": self.orientation,
            "place": self.place,
            "recipe": self.recipe.to_dict(),
            "detector": asdict(self.detector),
            "gamma": self.gamma,
            "form_factor": self.form_factor,
            "symprec": self.symprec,
            "layer": self.layer,
            "start": self.start,
            "unpooling": self.unpooling,
            "model": self.model,
        }

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "Session":
        """The session whose state :meth:`to_dict` wrote."""
        return cls(**_inputs(state))

    def restore(self, text: str) -> bool:
        """Take a state as JSON text, as a link carries it, if it can be used; else say why and keep
        the present one. The network is not taken from a link."""
        try:
            state: Any = json.loads(text)
            inputs = _inputs(state) | {"model": self.model}
            trial = Session(**inputs)
            trial.get("verdict")
        except (ValueError, LookupError, TypeError, AttributeError, TraitError) as error:
            self.refuse(f"The link holds no state that can be used ({error})")
            return False
        self.set(**inputs)
        return True

    def to_python(self) -> str:
        """A script that makes the same verdict from the public functions."""
        lines = ["import facecrystal_widgets as fc", ""]
        if isinstance(self.source, FileSource):
            digest = hashlib.sha256(self.source.content).hexdigest()[:12]
            frame = f", frame={self.source.frame}" if self.source.frame else ""
            lines += [
                f"# the uploaded file, SHA-256 {digest}…",
                f"atoms = fc.read_structure({self.source.filename!r}{frame})",
            ]
        else:
            name, element, constant = asdict(self.source).values()
            given = "" if constant is None else f", lattice_constant={constant!r}"
            lines.append(f'atoms = fc.prototype("{name}", "{element}"{given})')
        if self.place is None and len(self.get("structure")) <= CUT_ABOVE:
            lines.append(f"cluster = fc.build_cluster(atoms, target_atoms={self.target_atoms})")
        else:
            about = "" if self.place is None else f", place={self.place!r}"
            lines.append(f"cluster = fc.cut_sphere(atoms, {self.target_atoms}{about})")
        if self.get("aligned").turned:
            lines.append("cluster = fc.align(cluster).atoms")
        given = _arguments(self.recipe, DefectRecipe())
        lines.append(f"broken = fc.DefectRecipe({given}).apply(cluster)")
        options = []
        if self.detector != Detector():
            options.append(f"detector=fc.Detector({_arguments(self.detector, Detector())})")
        if self.gamma != 1.5:
            options.append(f"gamma={self.gamma!r}")
        if self.form_factor != FORM_FACTORS[0]:
            options.append(f"form_factor={self.form_factor!r}")
        lines.append(f"image = fc.fingerprint({', '.join(['broken', *options])})")
        given = ""
        if self.model:
            given = f", classifier=fc.Classifier({self.model!r})"
        lines += [f"verdict = fc.classify(image{given})", "print(verdict)"]
        options = [f'layer="{self.layer}"', "top=None"]
        options += [f'start="{self.start}"'] * (self.start != STARTS[0])
        options += [f'unpooling="{self.unpooling}"'] * (self.unpooling != UNPOOLINGS[0])
        options += [f"network=fc.load_network({self.model!r})"] * bool(self.model)
        lines += [f"maps = fc.attentive_response(image, {', '.join(options)})", ""]
        return "\n".join(lines)


def _inputs(state: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that :meth:`Session.to_dict` wrote."""
    source: dict[str, Any] = dict(state["source"])
    if "content" in source:
        source["content"] = base64.b64decode(source["content"])
    place = state.get("place")
    plain = {*Session.INPUTS} - {"source", "recipe", "detector", "place"}
    return {
        "source": FileSource(**source) if "content" in source else PrototypeSource(**source),
        "recipe": DefectRecipe.from_dict(state["recipe"]),
        "detector": Detector(**state["detector"]),
        "place": None if place is None else _place(place),
        **{name: state[name] for name in sorted(plain) if name in state},
    }


def _place(value: Any) -> Place:
    x, y, z = (check_number("place", part, -MAX_LENGTH, MAX_LENGTH, "Å") for part in value)
    return x, y, z


def _naming(source: Source, error: Exception) -> Exception:
    """The error with the name of the file it speaks of, where it does not say so itself."""
    if not isinstance(error, ValueError) or str(error).startswith(source.title):
        return error
    return ValueError(f"{source.title}: {error}")


def _in_words(error: Exception) -> str:
    if isinstance(error, ValueError):
        return str(error)
    return (
        f"This did not work ({type(error).__name__}: {error}). The last good state is kept; undo "
        "the change or reset."
    )


def _arguments(value: Any, default: Any) -> str:
    """The fields of a dataclass that differ from the default, as keyword arguments."""
    pairs = [(name, getattr(value, name)) for name in asdict(value)]
    return ", ".join(f"{n}={v!r}" for n, v in pairs if v != getattr(default, n))
