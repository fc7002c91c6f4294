"""The settings of a training, checked before it starts."""

from dataclasses import dataclass

from ..arguments import MAX_SEED, check_number, check_whole_number
from ..convnet.architecture import CONVOLUTIONS, IMAGE_SHAPE, KERNEL, count_parameters
from ..datasets.structures import SIZE
from .fit import EPOCHS, LEARNING_RATE


@dataclass(frozen=True)
class TrainingPlan:
    """A training that is asked for; the defaults are the paper's.

    Attributes
    ----------
    size : pristine structures; three quarters of their pairs of species and class are learnt.
    epochs : how often each is shown.
    learning_rate : of Adam.
    filters : of the six convolutions.
    seed : of the set, the initial weights, the order of the batches and dropout.
    """

    size: int = SIZE
    epochs: int = EPOCHS
    learning_rate: float = LEARNING_RATE
    filters: tuple[int, ...] = CONVOLUTIONS
    seed: int = 0

    def __post_init__(self) -> None:
        check_whole_number("structures", self.size, 40, 20_000)
        check_whole_number("epochs", self.epochs, 1, 50)
        check_number("learning rate", self.learning_rate, 1e-6, 1)
        if len(self.filters) != len(CONVOLUTIONS):
            raise ValueError(
                f"filters: expected {len(CONVOLUTIONS)} numbers, one for each convolution, "
                f"received {len(self.filters)}"
            )
        for i, number in enumerate(self.filters, start=1):
            check_whole_number(f"filters of conv{i}", number, 1, 128)
        check_whole_number("seed", self.seed, 0, MAX_SEED - 1)
        if self.work > MAX_WORK:
            raise ValueError(
                f"this is {self.work:.0f} times the work of the paper's training; take fewer "
                f"structures, epochs or filters, so that it is {MAX_WORK} times at most"
            )

    @property
    def parameters(self) -> int:
        """Weights and biases of the network."""
        return count_parameters(self.filters)

    @property
    def work(self) -> float:
        """Multiplications in the convolutions, relative to those of the paper's training."""
        own = self.size * self.epochs * _multiplications(self.filters)
        return own / (SIZE * EPOCHS * _multiplications(CONVOLUTIONS))

    @property
    def name(self) -> str:
        """For the folder: the same plan has the same name."""
        filters = "-".join(map(str, self.filters))
        return (
            f"{self.size}-structures_{self.epochs}-epochs_rate-{self.learning_rate:g}"
            f"_filters-{filters}_seed-{self.seed}"
        )


MAX_WORK = 30


def _multiplications(filters: tuple[int, ...]) -> int:
    signals = (1, *filters)
    sides = [IMAGE_SHAPE[0] >> (i // 2) for i in range(len(filters))]  # pooled after every second
    return sum(
        KERNEL**2 * a * b * side**2 for a, b, side in zip(signals, filters, sides, strict=False)
    )
