"""A reference to a network on disk that travels to other processes."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .runtime import Classifier
from .weights import PRETRAINED, check_all_classes, read_model


@dataclass(frozen=True)
class NetworkRef:
    """A trained network that every worker process loads for itself.

    Attributes
    ----------
    folder : as exported; None for the shipped network.
    sha256 : of its ``model.tflite``.
    """

    folder: Path | None
    sha256: str

    @classmethod
    def at(cls, folder: Path | None) -> "NetworkRef":
        """The network in `folder`, or the shipped one.

        A ValueError where the folder holds no network of all classes, or a damaged one.
        """
        _, card = read_model(folder or PRETRAINED, "model.tflite")
        check_all_classes(card["labels"], folder or PRETRAINED)
        return cls(folder, card["sha256"]["model.tflite"])

    @cache  # noqa: B019 (one or two in the life of a process)
    def load(self) -> Classifier:
        """The network, loaded once in every process."""
        classifier = Classifier(self.folder or PRETRAINED, threads=1)
        if classifier.card["sha256"]["model.tflite"] != self.sha256:
            raise ValueError(
                f"{self.folder or PRETRAINED}: a worker has another network there than the one "
                "evaluated here; have the same network and version on all machines"
            )
        return classifier
