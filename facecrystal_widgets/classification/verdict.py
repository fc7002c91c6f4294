"""The verdict on one structure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..diffraction.fingerprint import Fingerprint
from ..orientation.sample import sample_of
from ..orientation.search import Orientation
from ..orientation.trust import Trust, assess

NO_ATOMS = Trust(False, 0.0, "cannot tell: an image alone, without the atoms that made it")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the network says of one structure.

    Attributes
    ----------
    label : the most probable class: ``fcc``, ``diamond``, ``bcc`` or ``sc``.
    space_group, symbol : number and Hermann-Mauguin symbol of that class.
    probabilities : label to probability, in the fixed order; they add up to 1.
    fingerprint : the image that was classified.
    notes : why this verdict may mean less than it seems, in words; often empty.
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
        """Whether the structure is of one of the four classes at all, and this is it."""
        return self.assessment.trusted

    @property
    def trust(self) -> float:
        """From 0 to 1; `trusted` from 0.8 on."""
        return self.assessment.trust

    @property
    def reason(self) -> str:
        """Why the verdict is or is not to be trusted, in words."""
        return self.assessment.reason

    @cached_property
    def assessment(self) -> Trust:
        """`trusted`, `trust` and `reason`, worked out when one of them is first asked for."""
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
