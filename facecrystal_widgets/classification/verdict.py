"""The verdict on one structure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..crystals.classes import COLOURS
from ..diffraction.fingerprint import Fingerprint
from ..display import Result, bars, data_frame, heading, notes, table
from ..orientation.sample import sample_of
from ..orientation.search import Orientation
from ..orientation.trust import Trust, assess

if TYPE_CHECKING:
    from pandas import DataFrame

NO_ATOMS = Trust(False, 0.0, "cannot tell: an image alone, without the atoms that made it")


@dataclass(frozen=True, eq=False, repr=False)
class Verdict(Result):
    """The class of one structure, as the network gives it.

    Attributes
    ----------
    label : the most probable class, such as ``fcc``, ``diamond``, ``bcc`` or ``sc``.
    space_group, symbol : number and Hermann-Mauguin symbol of that class.
    probabilities : label to probability, in the order of the classes; they add up to 1.
    fingerprint : the image that was classified.
    notes : sentences on how far the verdict holds; often empty.
    orientation : how the cube axes lie, where they were sought, or None.
    turned : whether the structure was turned onto them before.
    """

    label: str
    space_group: int
    symbol: str
    probabilities: Mapping[str, float]
    fingerprint: Fingerprint
    notes: tuple[str, ...]
    orientation: Orientation | None = None
    turned: bool = False

    @property
    def probability(self) -> float:
        """Probability of the label."""
        return self.probabilities[self.label]

    @property
    def trusted(self) -> bool:
        """Whether the structure is of a known class at all, and of this one."""
        return self.assessment.trusted

    @property
    def trust(self) -> float:
        """From 0 to 1; `trusted` from 0.8 on."""
        return self.assessment.trust

    @property
    def reason(self) -> str:
        """Why the verdict is or is not to be trusted, a sentence."""
        return self.assessment.reason

    @cached_property
    def assessment(self) -> Trust:
        """`trusted`, `trust` and `reason`, computed at first use."""
        image = self.fingerprint
        if image.positions is None or image.numbers is None:
            return NO_ATOMS
        return assess(
            sample_of(image.positions),
            image.numbers,
            self.label,
            self.probability,
            self.orientation,
            self.turned,
        )

    def __str__(self) -> str:
        return f"{self.label} ({self.symbol}) {self.probability:.3f}"

    def to_dict(self) -> dict[str, Any]:
        """The fields and the trust as plain data that JSON can hold."""
        trust = {"trusted": self.trusted, "trust": self.trust, "reason": self.reason}
        return super().to_dict() | trust

    def row(self) -> dict[str, object]:
        """The verdict as a row of a table; one column a class holds its probability."""
        return {
            "label": self.label,
            "space_group": self.space_group,
            "symbol": self.symbol,
            **{f"p_{label}": value for label, value in self.probabilities.items()},
            "trusted": self.trusted,
            "trust": self.trust,
            "reason": self.reason,
            "turned_by": self.orientation.angle if self.turned and self.orientation else 0.0,
            "atoms": self.fingerprint.n_atoms,
            "species": " ".join(self.fingerprint.species),
            "notes": " ".join(self.notes),
        }

    def _repr_html_(self) -> str:
        word = "trusted" if self.trusted else "not trusted"
        line = f"{word} {self.trust:.2f}: {self.reason}"
        return heading(str(self), line) + bars(self.probabilities, COLOURS) + notes(self.notes)


class Verdicts(list[Verdict]):
    """The list of verdicts that :func:`~facecrystal_widgets.classify` returns for a sequence."""

    def to_pandas(self) -> "DataFrame":
        """A ``pandas.DataFrame`` with a row for each verdict; needs pandas."""
        return data_frame([verdict.row() for verdict in self])

    def _repr_html_(self) -> str:
        return table(
            [
                {
                    "": number,
                    "verdict": verdict,
                    "trust": f"{verdict.trust:.2f}",
                    "reason": verdict.reason,
                }
                for number, verdict in enumerate(self)
            ]
        )
