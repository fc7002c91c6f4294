"""What the network sees: attentive response maps over the diffraction image, and what they say."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import traitlets

from ..attention.faithfulness import summary
from ..attention.landmarks import Landmark, landmarks
from ..attention.response import STARTS, UNPOOLINGS, AttentiveResponse, ClassResponse
from ..attention.templates import class_templates, template_similarity
from ..convnet.layers import CONV_LAYERS, Network, pretrained_network
from ..crystals.classes import CLASSES
from ..diffraction.fingerprint import Fingerprint
from ..diffraction.reflections import Reflection
from ..session.session import Session
from .panel import Panel, heading
from .view import SeenView, bundle, float32_bytes

SHOWN = ("filters", "classes")
MULTIPLES = 4
"""How many filters are shown one by one: the paper's four."""
MIN_SHARE = 0.01
"""Reflections that less of the map lies on are not named."""
MAX_ROWS = 8
LOOKING = "looking …"
OTHER_NETWORK = " That was measured for the shipped network; the one in use is another."

CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "show": {
        "filters": ("filters", "What the filters of one layer respond to in this image."),
        "classes": (
            "classes (CLEAR)",
            "Which class each pixel speaks for most, and how strongly: traced back from the scores "
            "of the four classes, so no layer and no variant is chosen here.",
        ),
    },
    "layer": {layer: (layer, "") for layer in CONV_LAYERS},
    "start": {
        "strongest": (
            "strongest position (paper)",
            "Each filter is traced back from the one position where it is most active.",
        ),
        "all": (
            "all positions",
            "Each filter is traced back from every position where it is active.",
        ),
    },
    "unpooling": {
        "upsample": (
            "upsampling (paper)",
            "Each pooled value goes back to all four of its pixels: smooth maps.",
        ),
        "switches": (
            "switches",
            "Each pooled value goes back to the one pixel it was taken from: finer, spottier maps.",
        ),
    },
}
"""What can be chosen: trait, value, and its name and explanation in words."""


class AttentionView(SeenView):
    """The maps on the page. Pixels travel as binary float32; colours are made in the browser."""

    _esm = bundle("attention.js")
    _css = bundle("attention.css")
    choices: Any = traitlets.Dict(CHOICES).tag(sync=True)
    show = traitlets.Enum(SHOWN, SHOWN[0]).tag(sync=True)
    layer = traitlets.Enum(CONV_LAYERS, CONV_LAYERS[-1]).tag(sync=True)
    start = traitlets.Enum(STARTS, STARTS[0]).tag(sync=True)
    unpooling = traitlets.Enum(UNPOOLINGS, UNPOOLINGS[0]).tag(sync=True)
    opacity = traitlets.Float(0.85, min=0, max=1).tag(sync=True)
    beside = traitlets.Bool(False).tag(sync=True)

    image = traitlets.Bytes(b"").tag(sync=True)
    """The diffraction image; empty until something has arrived."""
    total = traitlets.Bytes(b"").tag(sync=True)
    """The map laid over it."""
    strongest = traitlets.Bytes(b"").tag(sync=True)
    """Index of each pixel's class, uint8; empty while filters are shown."""
    maps = traitlets.Bytes(b"").tag(sync=True)
    """The small multiples, one after the other."""
    captions: Any = traitlets.List().tag(sync=True)
    classes: Any = traitlets.List().tag(sync=True)
    templates = traitlets.Bytes(b"").tag(sync=True)
    similarity: Any = traitlets.List().tag(sync=True)
    rows: Any = traitlets.List().tag(sync=True)
    no_rows = traitlets.Unicode("").tag(sync=True)
    """Why there are no rows."""
    text = traitlets.Unicode(LOOKING).tag(sync=True)
    faithfulness = traitlets.Unicode("").tag(sync=True)


class AttentionPanel(Panel):
    """Where the network looks: the filters of a layer, or the evidence for each class."""

    hook = "fcw-attention"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.view = AttentionView(
            classes=[{"label": c.label, "symbol": c.symbol, "colour": c.colour} for c in CLASSES],
            faithfulness=summary(),
        )
        self.children = (heading("what the network sees"), self.view)
        self.watch(self._show_choices, "layer", "start", "unpooling")
        self.watch(self._show_network, "network", view=self.view)
        self.watch(self._show_similarity, "image_template", view=self.view)
        # One of the two is awake, and only while it can be seen: the other costs nothing.
        watch, common = self.session.watch, ("fingerprint", "image_template")
        self._results = {
            "filters": watch(self._show_filters, "attention", "landmarks", *common, active=False),
            "classes": watch(
                self._show_classes, "class_response", "reflections", *common, active=False
            ),
        }
        self._watches.extend(self._results.values())
        self.view.observe(self._choose, ("layer", "start", "unpooling"))
        self.view.observe(self._wake, ("visible", "show"))

    def _choose(self, change: Any) -> None:
        setattr(self.session, change.name, change.new)

    def _wake(self, change: Any) -> None:
        for shown, watch in self._results.items():
            wanted = self.view.visible and self.view.show == shown
            # the two write the same traits
            self.session.activate(watch, wanted, again=wanted and change.name == "show")

    def _show_choices(self, layer: str, start: str, unpooling: str) -> None:
        with self.view.hold_sync():
            self.view.layer, self.view.start, self.view.unpooling = layer, start, unpooling

    def _show_filters(
        self,
        response: AttentiveResponse,
        found: tuple[Landmark, ...],
        image: Fingerprint,
        template: AttentiveResponse,
    ) -> None:
        top = list(zip(response.filters, response.activations, strict=True))[:MULTIPLES]
        with self.view.hold_sync():
            self.view.strongest = b""
            self.view.total = float32_bytes(response.total)
            self.view.maps = float32_bytes(response.maps[:MULTIPLES])
            self.view.captions = [
                {"name": f"filter {number}", "value": f"activation {activation:.1f}"}
                for number, activation in top
            ]
            self.view.text = describe_filters(response, found, template)
            self._show_common(image, found, response.total)

    def _show_classes(
        self,
        response: ClassResponse,
        spots: tuple[Reflection, ...],
        image: Fingerprint,
        template: AttentiveResponse,
    ) -> None:
        found = landmarks(response.strength, image, spots)
        with self.view.hold_sync():
            self.view.strongest = response.strongest.astype(np.uint8).tobytes()
            self.view.total = float32_bytes(response.strength)
            self.view.maps = float32_bytes(response.maps)
            self.view.captions = [
                {"name": label, "value": _percent(part), "part": part}
                for label, part in response.shares.items()
            ]
            self.view.text = describe_classes(response, found, template)
            self._show_common(image, found, response.strength)

    def _show_network(self, network: Network) -> None:
        layers = {n: (n, f"{len(network.biases[n])} filters") for n in CONV_LAYERS}
        self.view.choices = CHOICES | {"layer": layers}
        other = "" if network is pretrained_network() else OTHER_NETWORK
        self.view.faithfulness = summary() + other

    def _show_similarity(self, template: AttentiveResponse) -> None:
        similarity = template_similarity(template.total)
        with self.view.hold_sync():
            self.view.templates = float32_bytes(*class_templates().values())
            self.view.similarity = [round(value, 4) for value in similarity.values()]

    def _show_common(
        self, image: Fingerprint, found: tuple[Landmark, ...], total: np.ndarray
    ) -> None:
        self.view.image = float32_bytes(image.image)
        self.view.rows = _rows(found)
        self.view.no_rows = "" if found else _why_no_reflections(total)


def describe_filters(
    response: AttentiveResponse, found: tuple[Landmark, ...], template: AttentiveResponse
) -> str:
    """One line that says what a layer looks at.

    Parameters
    ----------
    response : of all filters of the layer.
    found : the landmarks of its sum.
    template : the response whose sum is compared with the class templates; it may be `response`.
    """
    if response.note:
        return response.note
    looks = (
        _looks(f"{response.layer} looks", "its positive response", found)
        if found
        else _why_no_reflections(response.total)
    )
    similarity = template_similarity(template.total)
    (best, most), (next_best, less) = sorted(similarity.items(), key=lambda pair: -pair[1])[:2]
    if most <= 0:
        return looks
    like = "Most like" if response is template else "Its conv6 map as in the paper is most like"
    return f"{looks} {like} the {best} template ({most:.2f}; next {next_best} {less:.2f})."


def describe_classes(
    response: ClassResponse, found: tuple[Landmark, ...], template: AttentiveResponse
) -> str:
    """One line that says which class the pixels speak for.

    Parameters
    ----------
    found : the landmarks of the strength.
    template : the response of the last convolution; it knows the verdict, and if there is nothing
        to see.
    """
    if template.note:
        return template.note
    verdict = f"The network says {template.label} ({template.probability:.3f})."
    if not response.strength.any():
        return f"No pixel speaks for any class. {verdict}"
    parts = sorted(response.shares.items(), key=lambda pair: -pair[1])
    named = _join([f"{_percent(part)} for {label}" for label, part in parts if part >= MIN_SHARE])
    where = _looks("It lies", "it", found) if found else _why_no_reflections(response.strength)
    return f"The evidence is {named}. {where} {verdict}"


def _looks(who_looks: str, what: str, found: tuple[Landmark, ...]) -> str:
    """Which reflections it looks at, and how much that is."""
    names = [
        f"{'the ' * _is_direct(landmark)}{_name(landmark)} ({_percent(landmark.share)})"
        for landmark in found[:3]
        if landmark.share >= max(MIN_SHARE, landmark.area)
    ]
    share, area = sum(x.share for x in found), sum(x.area for x in found)
    return (
        f"{who_looks} at {_join(names) or 'no reflection in particular'}; {_percent(share)} of "
        f"{what} lies on reflections, which take up {_percent(area)} of the image."
    )


def _why_no_reflections(total: np.ndarray) -> str:
    if not (total > 0).any():
        return "The response is nowhere positive: there is nothing to match to reflections."
    return (
        "There are no reflections to match the response to: the structure is not periodic, or its "
        "cell so large that they cannot be told apart."
    )


def _rows(found: tuple[Landmark, ...]) -> list[dict[str, Any]]:
    """Rows of the table of reflections; together they make up the whole map."""
    if not found:
        return []
    named = [landmark for landmark in found if landmark.share >= MIN_SHARE][:MAX_ROWS]
    rows = [_row(_name(landmark), [landmark], landmark.d_spacing) for landmark in named]
    others = found[len(named) :]
    if others:
        rows.append(_row("other reflections", others))
    rest = _row("between the reflections", [])
    rest["share"] = max(0.0, 1 - sum(landmark.share for landmark in found))
    rest["area"] = max(0.0, 1 - sum(landmark.area for landmark in found))
    return [*rows, rest]


def _row(name: str, members: Iterable[Landmark], d_spacing: float = np.inf) -> dict[str, Any]:
    members = list(members)
    return {
        "name": name,
        "d": round(d_spacing, 3) if np.isfinite(d_spacing) else None,
        "share": sum(landmark.share for landmark in members),
        "area": sum(landmark.area for landmark in members),
        "spots": [[round(x, 2) for x in spot] for landmark in members for spot in landmark.spots],
    }


def _is_direct(landmark: Landmark) -> bool:
    return not any(landmark.hkl)


def _name(landmark: Landmark) -> str:
    """``111``, with bars for minus signs; spaces where an index has two digits."""
    if _is_direct(landmark):
        return "direct beam"
    gap = "" if all(abs(index) < 10 for index in landmark.hkl) else " "
    barred = (
        "".join(f"{digit}\u0305" for digit in str(-index)) if index < 0 else str(index)
        for index in landmark.hkl
    )
    return gap.join(barred)


def _percent(part: float) -> str:
    return "< 1 %" if 0 < part < 0.005 else f"{100 * part:.0f} %"


def _join(words: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
