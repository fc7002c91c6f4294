"""How fast and how small the engine is, as ratios measured in one run."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from threadpoolctl import threadpool_limits

import facecrystal_widgets as fc
from facecrystal_widgets.convnet.layers import CONV_LAYERS, pretrained_network
from facecrystal_widgets.diffraction.amplitude import scattering_amplitude
from facecrystal_widgets.diffraction.form_factors import form_factor_values
from facecrystal_widgets.specimens.grains import polycrystal

Row = tuple[str, str, str]


def best_of(work: Callable[[], Any], repeats: int = 9, seconds: float = 0.1) -> float:
    """Milliseconds of one call: the best of `repeats` runs of at least `seconds`.

    The best, not the mean: what else the machine does can only make a run slower.
    """
    work()
    start = time.perf_counter()
    work()
    calls = max(1, round(seconds / (time.perf_counter() - start)))
    runs = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        runs.append((time.perf_counter() - start) / calls)
    return 1000 * min(runs)


def plain_sum(positions: np.ndarray, numbers: np.ndarray, detector: fc.Detector) -> np.ndarray:
    """Eq. 1 as one writes it down: the complex128 reference."""
    q = detector.scattering_vectors().reshape(-1, 3)
    s = np.linalg.norm(q, axis=1) / (4 * np.pi)
    turned = positions @ detector.rotation.T
    total = np.zeros(len(q), complex)
    for number in np.unique(numbers):
        f = form_factor_values(int(number), s)
        total += f * np.exp(-1j * (q @ turned[numbers == number].T)).sum(axis=1)
    return np.abs(total) ** 2


def engine_rows() -> list[Row]:
    """Fingerprint, its scaling and error, and the whole live path."""
    detector = fc.Detector()
    cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
    scaled = cluster.positions / fc.bond_length(cluster)

    def fast(positions: np.ndarray, numbers: np.ndarray, d: fc.Detector = detector) -> np.ndarray:
        real, imaginary = scattering_amplitude(positions, numbers, d, dtype=np.float32)
        return real**2 + imaginary**2

    ours = best_of(lambda: fast(scaled, cluster.numbers))
    plain = best_of(lambda: plain_sum(scaled, cluster.numbers, detector), repeats=5)
    exact = plain_sum(scaled, cluster.numbers, detector)
    error = np.abs(fast(scaled, cluster.numbers) - exact).max() / exact.max()
    whole = best_of(lambda: fc.fingerprint(cluster))
    rows = [
        ("fingerprint, 128 atoms, 64×64 pixels", f"{whole:.1f} ms", ""),
        ("  its sum, NumPy float32", f"{ours:.1f} ms", "1"),
        ("  plain NumPy complex128 sum", f"{plain:.0f} ms", f"{plain / ours:.1f} × ours"),
        ("  error of ours, of the brightest pixel", f"{error:.1e}", ""),
    ]
    large = fc.build_cluster(fc.prototype("bcc", "Fe"), 1024)
    many = best_of(lambda: fast(large.positions / 2.485, large.numbers), repeats=5)
    grown = len(large) / len(cluster)
    rows.append((f"  {len(large)} atoms", f"{many:.0f} ms", f"{many / ours / grown:.2f} × linear"))
    fine = fc.Detector(pixels=256, pixel_size=1e-4)
    wide = best_of(lambda: fast(scaled, cluster.numbers, fine), repeats=5)
    rows.append(("  256×256 pixels", f"{wide:.0f} ms", f"{wide / ours / 16:.2f} × linear"))

    image = fc.fingerprint(cluster)
    network = best_of(lambda: fc.classify(image))
    recipe = fc.DefectRecipe(vacancies=0.3, displacement=0.1, substitution=0.3, species=("Cr",))
    path = best_of(lambda: fc.classify(recipe.apply(cluster), orientation="as-given"))
    rows.append(("network, one image", f"{network:.1f} ms", f"{network / ours:.1f} × the sum"))
    rows.append(
        ("structure → defects → probabilities", f"{path:.1f} ms", f"{path / ours:.1f} × the sum")
    )
    whole_turn = Atoms(cluster.numbers, positions=cluster.positions)
    whole_turn.rotate(30, (1, 2, 3))
    with threadpool_limits(1):
        one = best_of(lambda: fc.fingerprint(cluster))
        sought = best_of(lambda: fc.find_orientation(whole_turn), repeats=5)
        trust = best_of(lambda: fc.classify(whole_turn).trust, repeats=5)
    rows += [
        (
            "find_orientation, 128 atoms, one core",
            f"{sought:.0f} ms",
            f"{sought / one:.0f} fingerprints",
        ),
        (
            "  turned, classified, and trusted or not",
            f"{trust:.0f} ms",
            f"{trust / one:.0f} fingerprints",
        ),
    ]
    grains = polycrystal("fcc", "Al", 4, 6000).atoms
    start = time.perf_counter()
    mapped = fc.local_map(grains, 1000)
    seconds = time.perf_counter() - start
    rows.append(
        (
            f"local map, {len(mapped.rows):,} places, {len(grains):,} atoms, two processes",
            f"{seconds:.0f} s",
            f"{1000 * seconds / len(mapped.rows) / one:.0f} fingerprints a place",
        )
    )
    forward = best_of(lambda: pretrained_network().activations(image.image))
    rows.append(("forward pass in NumPy, all activations", f"{forward:.1f} ms", "1"))
    for words, layers in (("conv6", ["conv6"]), ("all six layers", CONV_LAYERS)):
        maps = best_of(partial(all_maps, image, layers), repeats=5)
        rows.append(
            (
                f"  response maps, top four of {words}",
                f"{maps:.0f} ms",
                f"{maps / forward:.1f} × it",
            )
        )
    return rows


def all_maps(image: fc.Fingerprint, layers: Sequence[str]) -> None:
    for layer in layers:
        fc.attentive_response(image, layer)


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


def process_rows() -> list[Row]:
    """Import time, and memory of the dashboard's kernel after a hundred slider steps."""
    timed = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    ours, numpy = (
        1000 * min(float(run(timed.format(name))) for _ in range(5))
        for name in ("facecrystal_widgets", "numpy")
    )
    kernel = """
import ipykernel.ipkernel, resource, sys
import facecrystal_widgets as fc
page = fc.Explorer()
page.probabilities.build()
for seed in range(100):
    page.session.recipe = fc.DefectRecipe(vacancies=0.3, displacement=0.1, seed=seed)
page.session.settle()
assert "tensorflow" not in sys.modules
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
    return [
        (
            "import facecrystal_widgets",
            f"{ours:.0f} ms",
            f"{ours / numpy:.2f} × import numpy ({numpy:.0f} ms)",
        ),
        ("dashboard kernel, peak resident memory", f"{float(run(kernel)):.0f} MB", "no TensorFlow"),
    ]


def classify_rows(number: int = 1000) -> list[Row]:
    """`facecrystal classify` of many files."""
    import ase.io

    names = ("fcc", "diamond", "bcc", "sc")
    elements = ("Cu", "Fe", "Si", "Po", "W", "Al", "Ni", "Ge", "Ag", "Au")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for i in range(number):
            atoms = fc.prototype(names[i % 4], elements[i % len(elements)])
            ase.io.write(Path(name, f"{i:04d}.cif"), atoms)
        first = 0.0
        for jobs in (1, 2):
            start = time.perf_counter()
            command = [sys.executable, "-m", "facecrystal_widgets", "classify", name, "--csv"]
            command += ["--jobs", str(jobs)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            assert len(done.stdout.splitlines()) == number + 1
            taken = time.perf_counter() - start
            first = first or taken
            rows.append(
                (
                    f"facecrystal classify, {number:,} CIF files, --jobs {jobs}",
                    f"{number / taken:.0f} a second",
                    f"{first / taken:.2f} × --jobs 1",
                )
            )
    return rows


def rows() -> list[Row]:
    """Rows of the table: what, how much, compared with what."""
    return [*engine_rows(), *process_rows(), *classify_rows()]


if __name__ == "__main__":
    for line in rows():
        print(" | ".join(line))
