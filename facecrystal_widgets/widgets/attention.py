"""What the network sees: attentive response maps over the diffraction image, and a summary."""

from typing import Any

import numpy as np
import traitlets

from ..attention.faithfulness import summary
from ..attention.landmarks import Landmark, landmarks
from ..attention.response import STARTS, UNPOOLINGS, AttentiveResponse, ClassResponse
from ..attention.templates import class_templates, template_similarity
from ..convnet.layers import CONV_LAYERS, Network, pretrained_network
from ..diffraction.fingerprint import Fingerprint
from ..diffraction.reflections import Reflection
from ..session.session import Session
from .numbers import miller_indices, percent
from .panel import Panel, heading
from .view import CLASS_STYLES, SeenView, bundle, float32_bytes

SHOWN = ("filters", "classes")
MULTIPLES = 4
"""Filters that are shown one by one: the paper's four."""
MIN_SHARE = 0.01
"""Share of the map on a reflection below which it is not named."""
MAX_ROWS = 8
LOOKING = "looking …"
OTHER_NETWORK = " That was measured for the shipped network; the one in use is another."

CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "show": {
        "filters": ("filters", "What the filters of one layer respond to in this image."),
        "classes": (
            "classes (CLEAR)",
            "Which class each pixel is the strongest evidence for, traced back from the scores "
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
"""What can be chosen: trait, value, and its name and explanation."""


class AttentionView(SeenView):
    """The maps on the page. Pixels travel as binary float32; the browser colours them."""

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
    """The diffraction image; empty until there is one."""
    total = traitlets.Bytes(b"").tag(sync=True)
    """The map laid over it."""
    strongest = traitlets.Bytes(b"").tag(sync=True)
    """Index of each pixel's class, uint8; empty while filters are shown."""
    maps = traitlets.Bytes(b"").tag(sync=True)
    """The small multiples, one after the other."""
    captions: Any = traitlets.List().tag(sync=True)
    classes: Any = traitlets.List(CLASS_STYLES).tag(sync=True)
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
        self.view = AttentionView(faithfulness=summary())
        self.children = (heading("what the network sees"), self.view)
        self.watch(self._show_choices, "layer", "start", "unpooling")
        self.watch(self._show_network, "network", view=self.view)
        self.watch(self._show_similarity, "image_template", view=self.view)
        # One of the two is active, and only while it can be seen: the other costs nothing.
        filters = ("attention", "landmarks", "fingerprint", "image_template")
        classes = ("class_response", "reflections", "fingerprint", "image_template")
        self._results = {
            "filters": self.watch(self._show_filters, *filters, active=False),
            "classes": self.watch(self._show_classes, *classes, active=False),
        }
        self.view.observe(self._choose, ("layer", "start", "unpooling"))
        self.view.observe(self._activate, ("visible", "show"))

    def _choose(self, change: Any) -> None:
        setattr(self.session, change.name, change.new)

    def _activate(self, change: Any) -> None:
        for kind, watch in self._results.items():
            active = self.view.visible and self.view.show == kind
            # again, since both write the same traits
            self.session.activate(watch, active, again=active and change.name == "show")

    def _show_choices(self, layer: str, start: str, unpooling: str) -> None:
        with self.view.hold_sync():
            self.view.layer, self.view.start, self.view.unpooling = layer, start, unpooling

    def _show_filters(
        self,
        response: AttentiveResponse,
        marks: tuple[Landmark, ...],
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
            self.view.text = describe_filters(response, marks, template)
            self._show_common(image, marks, response.total)

    def _show_classes(
        self,
        response: ClassResponse,
        spots: tuple[Reflection, ...],
        image: Fingerprint,
        template: AttentiveResponse,
    ) -> None:
        marks = landmarks(response.strength, image, spots)
        with self.view.hold_sync():
            self.view.strongest = response.strongest.astype(np.uint8).tobytes()
            self.view.total = float32_bytes(response.strength)
            self.view.maps = float32_bytes(response.maps)
            self.view.captions = [
                {"name": label, "value": percent(part), "part": part}
                for label, part in response.shares.items()
            ]
            self.view.text = describe_classes(response, marks, template)
            self._show_common(image, marks, response.strength)

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
        self, image: Fingerprint, marks: tuple[Landmark, ...], total: np.ndarray
    ) -> None:
        self.view.image = float32_bytes(image.image)
        self.view.rows = _rows(marks)
        self.view.no_rows = "" if marks else _why_no_reflections(total)


def describe_filters(
    response: AttentiveResponse, marks: tuple[Landmark, ...], template: AttentiveResponse
) -> str:
    """One line on the reflections that a layer responds to.

    Parameters
    ----------
    response : of all filters of the layer.
    marks : landmarks of its sum.
    template : the response whose sum is compared with the class templates; it may be `response`.
    """
    if response.note:
        return response.note
    looks = (
        _looks(f"{response.layer} looks", "its positive response", marks)
        if marks
        else _why_no_reflections(response.total)
    )
    similarity = template_similarity(template.total)
    (best, most), (next_best, less) = sorted(similarity.items(), key=lambda pair: -pair[1])[:2]
    if most <= 0:
        return looks
    like = "Most like" if response is template else "Its conv6 map as in the paper is most like"
    return f"{looks} {like} the {best} template ({most:.2f}; next {next_best} {less:.2f})."


def describe_classes(
    response: ClassResponse, marks: tuple[Landmark, ...], template: AttentiveResponse
) -> str:
    """One line on the classes that the pixels are evidence for.

    Parameters
    ----------
    marks : landmarks of the strength.
    template : the response of the last convolution, which has the verdict, and a note if the image
        is empty.
    """
    if template.note:
        return template.note
    verdict = f"The network says {template.label} ({template.probability:.3f})."
    if not response.strength.any():
        return f"No pixel is evidence for any class. {verdict}"
    parts = sorted(response.shares.items(), key=lambda pair: -pair[1])
    named = _enumeration([f"{percent(p)} for {c}" for c, p in parts if p >= MIN_SHARE])
    where = _looks("It lies", "it", marks) if marks else _why_no_reflections(response.strength)
    return f"The evidence is {named}. {where} {verdict}"


def _looks(subject: str, whole: str, marks: tuple[Landmark, ...]) -> str:
    """The strongest reflections under a map, and the parts of map and image on all of them."""
    names = [
        f"{_definite_name(mark)} ({percent(mark.share)})"
        for mark in marks[:3]
        if mark.share >= max(MIN_SHARE, mark.area)
    ]
    share, area = sum(mark.share for mark in marks), sum(mark.area for mark in marks)
    return (
        f"{subject} at {_enumeration(names) or 'no reflection in particular'}; {percent(share)} of "
        f"{whole} lies on reflections, which take up {percent(area)} of the image."
    )


def _why_no_reflections(total: np.ndarray) -> str:
    if not (total > 0).any():
        return "The response is nowhere positive: there is nothing to match to reflections."
    return (
        "There are no reflections to match the response to: the structure is not periodic, or its "
        "cell so large that they cannot be told apart."
    )


def _rows(marks: tuple[Landmark, ...]) -> list[dict[str, Any]]:
    """Rows of the table of reflections; together they make up the whole map."""
    if not marks:
        return []
    named = [mark for mark in marks if mark.share >= MIN_SHARE][:MAX_ROWS]
    rows = [_row(_name(mark), (mark,), mark.d_spacing) for mark in named]
    others = marks[len(named) :]
    if others:
        rows.append(_row("other reflections", others))
    between = _row("between the reflections", ())
    between["share"] = max(0.0, 1 - sum(mark.share for mark in marks))
    between["area"] = max(0.0, 1 - sum(mark.area for mark in marks))
    return [*rows, between]


def _row(name: str, marks: tuple[Landmark, ...], d_spacing: float = np.inf) -> dict[str, Any]:
    return {
        "name": name,
        "d": round(d_spacing, 3) if np.isfinite(d_spacing) else None,
        "share": sum(mark.share for mark in marks),
        "area": sum(mark.area for mark in marks),
        "spots": [[round(x, 2) for x in spot] for mark in marks for spot in mark.spots],
    }


def _name(mark: Landmark) -> str:
    return miller_indices(mark.hkl) if any(mark.hkl) else "direct beam"


def _definite_name(mark: Landmark) -> str:
    return _name(mark) if any(mark.hkl) else "the direct beam"


def _enumeration(parts: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
