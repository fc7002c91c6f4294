"""The inputs as a Python script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.session.script import to_python
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import FileSource, PrototypeSource

INPUTS: dict[str, Any] = {
    "source": PrototypeSource(),
    "target_atoms": 128,
    "place": None,
    "recipe": fc.DefectRecipe(),
    "detector": fc.Detector(),
    "gamma": 1.5,
    "form_factor": "cromer-mann",
    "layer": "conv6",
    "start": "strongest",
    "unpooling": "upsample",
    "model": "",
}


def test_defaults_are_left_out() -> None:
    assert to_python(INPUTS, 1, False).splitlines() == [
        "import facecrystal_widgets as fc",
        "",
        'atoms = fc.prototype("bcc", "Fe")',
        "cluster = fc.build_cluster(atoms, target_atoms=128)",
        "broken = fc.DefectRecipe().apply(cluster)",
        "image = fc.fingerprint(broken)",
        "verdict = fc.classify(image)",
        "print(verdict)",
        'maps = fc.attentive_response(image, layer="conv6", top=None)',
    ]


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        (
            {"source": PrototypeSource("fcc", "Cu", 3.7)},
            'atoms = fc.prototype("fcc", "Cu", lattice_constant=3.7)',
        ),
        (
            {"source": FileSource("a'b.xyz", b"", 2)},
            """atoms = fc.read_structure("a'b.xyz", frame=2)""",
        ),
        ({"place": (1.0, 2.0, 3.0)}, "cluster = fc.cut_sphere(atoms, 128, place=(1.0, 2.0, 3.0))"),
        (
            {"recipe": fc.DefectRecipe(vacancies=0.1, species=("Cr",), seed=4)},
            "broken = fc.DefectRecipe(vacancies=0.1, species=('Cr',), seed=4).apply(cluster)",
        ),
        (
            {"detector": fc.Detector(distance=0.2), "gamma": 2.0, "form_factor": "constant"},
            "image = fc.fingerprint(broken, detector=fc.Detector(distance=0.2), gamma=2.0, "
            "form_factor='constant')",
        ),
        ({"model": "my/net"}, "verdict = fc.classify(image, classifier=fc.Classifier('my/net'))"),
        (
            {"layer": "conv2", "start": "all", "unpooling": "switches", "model": "net"},
            'maps = fc.attentive_response(image, layer="conv2", top=None, start="all", '
            "unpooling=\"switches\", network=fc.load_network('net'))",
        ),
    ],
)
def test_what_differs_from_the_defaults_is_named(inputs: dict[str, Any], line: str) -> None:
    assert line in to_python(INPUTS | inputs, 1, False).splitlines()


def test_a_sphere_stands_for_a_large_structure_and_a_turned_one_is_aligned() -> None:
    lines = to_python(INPUTS, 1025, True).splitlines()
    assert "cluster = fc.cut_sphere(atoms, 128)" in lines
    assert "cluster = fc.align(cluster).atoms" in lines
    assert "cluster = fc.build_cluster(atoms, target_atoms=128)" in to_python(INPUTS, 1024, False)


def test_the_script_of_a_turned_structure_gives_its_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turned_block: Callable[[int], bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    for content, place in ((turned_block(12), (4.0, 4.0, 4.0)), (turned_block(5), None)):
        session = Session(strict=True)
        assert session.upload("block.xyz", content)
        session.place = place
        Path("block.xyz").write_bytes(content)
        names: dict[str, Any] = {}
        exec(session.to_python(), names)
        np.testing.assert_allclose(
            names["image"].image, session.get("fingerprint").image, atol=1e-6
        )


def test_the_script_gives_the_same_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tungsten: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "W.cif").write_bytes(tungsten)
    recipe = fc.DefectRecipe(vacancies=0.4, substitution=0.3, species=("Ni",), seed=5)
    for source in (FileSource("W.cif", tungsten), PrototypeSource("sc", "Po", 3.3)):
        session = Session(
            source=source, recipe=recipe, gamma=2.0, detector=fc.Detector(distance=0.2)
        )
        printed: list[Any] = []
        exec(session.to_python(), {"print": printed.append})
        assert dict(printed[0].probabilities) == dict(session.get("verdict").probabilities)
