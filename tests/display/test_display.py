"""Results in a notebook, as text, as plain data and as tables."""

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import matplotlib.image
import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.attention.landmarks import Landmarks
from facecrystal_widgets.classification.verdict import Verdicts
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.display import INFERNO, MOST_ROWS, RED_BLUE, png, table


class Markup(HTMLParser):
    """Elements of a piece of HTML; an error where they do not close as they open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def results() -> Mapping[str, Any]:
    """A result of each kind."""
    cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
    recipe = fc.DefectRecipe(vacancies=0.3, substitution=0.25, species=("Cr",), seed=7)
    image = fc.fingerprint(recipe.apply(cluster))
    maps = fc.attentive_response(image)
    turned = cluster.copy()
    turned.rotate(20, (1, 2, 3))
    return {
        "recipe": recipe,
        "image": image,
        "verdict": fc.classify(recipe.apply(cluster)),
        "maps": maps,
        "classes": fc.class_response(image),
        "landmarks": fc.landmarks(maps.total, fc.fingerprint(cluster)),
        "landmark": fc.landmarks(maps.total, fc.fingerprint(cluster))[0],
        "orientation": fc.find_orientation(turned),
        "symmetry": fc.find_symmetry(cluster),
        "map": fc.local_map(fc.prototype("bcc", "Fe").repeat(4), places=8, workers=HERE),
        "verdicts": fc.classify([cluster, image]),
    }


SHOWN = (
    *("recipe", "image", "verdict", "maps", "classes", "landmarks", "landmark"),
    *("orientation", "symmetry", "map", "verdicts"),
)


@pytest.mark.parametrize("name", SHOWN)
def test_html_is_well_formed_and_has_no_script(name: str, results: Mapping[str, Any]) -> None:
    markup = Markup(results[name]._repr_html_())
    tags = {tag for tag, _ in markup.elements}
    assert not tags & {"script", "style", "link", "iframe", "svg"}
    for tag, attributes in markup.elements:
        assert not [key for key in attributes if key.startswith("on")]
        if tag == "img":
            assert attributes["alt"]
            assert (attributes["src"] or "").startswith("data:image/png;base64,")
        # what is written takes the colour of the page, light or dark
        assert "color:" not in (attributes.get("style") or "").replace("background", "")
    assert markup.text.strip()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("recipe", ("30 % of the atoms removed", "25 % of the rest replaced by Cr", "seed 7")),
        ("image", ("90 atoms of Cr, Fe", "64×64 pixels")),
        ("verdict", ("bcc (Im-3m)", "trusted", "diamond", "outside the training set")),
        ("maps", ("conv6", "sum of 4 filters", "activation")),
        ("classes", ("fcc", "diamond", "bcc", "sc")),
        ("landmarks", ("direct beam", "1 1 0", "share of the map")),
        ("orientation", ("bcc", "turned by 20.0°")),
        ("symmetry", ("Im-3m (229)", "the class bcc")),
        ("map", ("8 places in 128 atoms", "bcc", "100.0 %")),
        ("verdicts", ("bcc (Im-3m)", "reason")),
    ],
)
def test_html_says_what_the_result_is(
    name: str, texts: tuple[str, ...], results: Mapping[str, Any]
) -> None:
    text = Markup(results[name]._repr_html_()).text
    assert [part for part in texts if part not in text] == []


def test_pictures_of_each_map(results: Mapping[str, Any]) -> None:
    for name, number in (("image", 1), ("maps", 5), ("classes", 4)):
        elements = Markup(results[name]._repr_html_()).elements
        assert len([tag for tag, _ in elements if tag == "img"]) == number
    many = fc.attentive_response(results["image"], "conv1", top=None)
    markup = Markup(many._repr_html_())
    assert len([tag for tag, _ in markup.elements if tag == "img"]) == 9
    assert "24 more filters" in markup.text


def test_what_a_person_wrote_is_escaped() -> None:
    recipe = fc.DefectRecipe()
    assert "none" in recipe._repr_html_()
    assert "<b>bold</b>" not in table([{"<b>bold</b>": "<i>x</i>"}])
    assert "&lt;i&gt;x&lt;/i&gt;" in table([{"name": "<i>x</i>"}])


def test_a_long_table_says_what_it_leaves_out() -> None:
    assert "and 12 more" in table([{"a": i} for i in range(MOST_ROWS + 12)])
    assert "more" not in table([{"a": i} for i in range(MOST_ROWS)])


def test_a_picture_shows_the_first_row_at_the_bottom() -> None:
    values = np.array([[0.0, 1.0], [0.5, 0.5]])
    pixels = matplotlib.image.imread(io.BytesIO(png(values, INFERNO, 0, 1, zoom=3)))
    assert pixels.shape[:2] == (6, 6)
    colours = (pixels[..., :3] * 255).round().astype(int)
    assert colours[5, 0].tolist() == [0, 0, 4]
    assert colours[5, 5].tolist() == [252, 255, 164]
    assert (colours[:3] == colours[0, 0]).all()
    white = matplotlib.image.imread(io.BytesIO(png(np.zeros((2, 2)), RED_BLUE, -1, 1)))
    assert (white[..., :3] > 0.95).all()


def test_the_picture_of_a_fingerprint_is_logarithmic(results: Mapping[str, Any]) -> None:
    pixels = matplotlib.image.imread(io.BytesIO(results["image"]._repr_png_()))
    image = results["image"].image
    row, column = np.unravel_index(image.argmax(), image.shape)
    brightest = pixels[pixels.shape[0] - 1 - 4 * row, 4 * column, :3] * 255
    assert brightest.round().tolist() == [252, 255, 164]


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in ("landmarks", "verdicts")])
def test_repr_fits_in_five_lines(name: str, results: Mapping[str, Any]) -> None:
    lines = repr(results[name]).splitlines()
    assert len(lines) <= 5
    assert name == "recipe" or max(map(len, lines)) <= 88
    assert lines[0].startswith(type(results[name]).__name__ + "(")


def test_repr_of_other_results() -> None:
    atoms = fc.prototype("bcc", "Fe")
    for value in (
        *(fc.align(atoms), fc.load_network(), fc.preparation(fc.build_cluster(atoms))),
        *(fc.Detector(), fc.local_map(atoms.repeat(4), places=8, workers=HERE).survey),
    ):
        assert len(repr(value).splitlines()) <= 5
    assert "image=float32[64×64]" in repr(fc.fingerprint(atoms))
    assert str(fc.classify(atoms)) == "bcc (Im-3m) 1.000"


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in ("landmarks", "verdicts")])
def test_to_dict_is_plain_data(name: str, results: Mapping[str, Any]) -> None:
    data = results[name].to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_what_to_dict_holds(results: Mapping[str, Any]) -> None:
    verdict = results["verdict"].to_dict()
    assert verdict["label"] == "bcc"
    assert verdict["trusted"] is True
    assert np.shape(verdict["fingerprint"]["image"]) == (64, 64)
    assert results["landmark"].to_dict()["d_spacing"] is None  # infinite: the direct beam
    assert {fit["lattice"] for fit in results["orientation"].to_dict()["fits"]} == set(fc.LABELS)
    assert results["map"].to_dict()["grains"][0]["label"] == "bcc"
    assert len(results["map"].to_dict()["places"]) == 8
    assert len(fc.align(fc.prototype("bcc", "Fe")).to_dict()["atoms"]["numbers"]) == 128


def test_tables_for_pandas(results: Mapping[str, Any]) -> None:
    places = results["map"].to_pandas()
    assert len(places) == 8
    assert set(places["class"]) == {"bcc"}
    assert np.allclose(places[[f"p_{label}" for label in fc.LABELS]].sum(axis=1), 1, atol=1e-5)
    verdicts = results["verdicts"].to_pandas()
    assert verdicts["label"].tolist() == ["bcc", "bcc"]
    assert verdicts["p_bcc"].tolist() == [v.probabilities["bcc"] for v in results["verdicts"]]
    families = results["landmarks"].to_pandas()
    assert families[["h", "k", "l"]].iloc[1].tolist() == [1, 1, 0]
    assert Landmarks().to_pandas().empty


def test_tables_are_lists_and_tuples(results: Mapping[str, Any]) -> None:
    assert isinstance(results["verdicts"], list)
    assert isinstance(results["landmarks"], tuple)
    assert results["landmarks"][:1] == (results["landmark"],)
    none: Any = fc.classify([])  # ase is untyped to mypy: `Atoms` is Any, which holds lists too
    assert none == Verdicts()


def test_without_pandas_the_error_names_it(
    results: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    for name in ("map", "verdicts", "landmarks"):
        with pytest.raises(ImportError, match="pip install pandas"):
            results[name].to_pandas()


def test_showing_a_result_imports_nothing_heavy() -> None:
    code = (
        "import sys, facecrystal_widgets as fc\n"
        "verdict = fc.classify(fc.prototype('bcc', 'Fe'))\n"
        "verdict._repr_html_(), verdict.fingerprint._repr_html_()\n"
        "assert not {'matplotlib', 'PIL', 'pandas', 'ipywidgets', 'IPython'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
