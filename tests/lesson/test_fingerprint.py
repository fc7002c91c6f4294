"""Notebook 2: equations 1 and 2, spots, sizes, and the Ewald sphere."""

from typing import Any

import numpy as np
import pytest
from exercises import hint
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.diffraction.form_factors import form_factor_values
from facecrystal_widgets.lesson import fingerprint, structures


@pytest.fixture(scope="module")
def scattering() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """q, positions and form factors as the notebook has them."""
    atoms = fc.build_cluster(fc.prototype("bcc", "Fe"))
    detector = fc.Detector()
    q = detector.scattering_vectors()
    positions = atoms.positions / fc.bond_length(atoms) @ detector.rotation.T
    return q, positions, form_factor_values(26, np.linalg.norm(q, axis=-1) / (4 * np.pi))


def test_the_wave(scattering: Any) -> None:
    q, r, f = scattering
    r = r + 0.1  # with its centre of inversion at the origin the sum would be real
    checker = fingerprint.WaveChecker(q, r, f)
    waves = np.exp(-1j * (q @ r.T))
    right = f * waves.sum(axis=-1)
    assert "128 waves" in checker(right)
    assert "sum" in hint(checker, waves)
    assert "modulus" in hint(checker, np.abs(right))
    assert "1j" in hint(checker, right.real)
    assert "sign" in hint(checker, right.conj())
    assert "form factor" in hint(checker, waves.sum(axis=-1))
    assert "shape" in hint(checker, 3)
    assert "differs" in hint(checker, 2 * right)


def test_the_pattern(scattering: Any) -> None:
    psi = fingerprint.amplitude(*scattering)
    omega = fc.Detector().solid_angle()
    checker = fingerprint.PatternChecker(psi, omega)
    right = fingerprint.pattern(psi, omega)
    assert "fingerprint" in checker(right)
    assert "maximum" in hint(checker, omega * np.abs(psi) ** 1.5)
    assert "γ = 2" in hint(checker, fingerprint.pattern(psi, omega, 2))
    assert "solid angle" in hint(checker, fingerprint.pattern(psi, np.ones_like(omega)))
    assert "real" in hint(checker, psi)
    assert "shape" in hint(checker, right[0])
    assert "eq. 2" in hint(checker, right**0.9)


def test_ten_lines_make_the_same_image_as_the_engine(scattering: Any) -> None:
    psi = fingerprint.amplitude(*scattering)
    image = fingerprint.pattern(psi, fc.Detector().solid_angle())
    engine = fc.fingerprint(fc.prototype("bcc", "Fe")).image
    assert np.abs(image - engine).max() < 1e-6


def test_the_radius_of_a_spot() -> None:
    d = 2 / 6**0.5
    theta = np.arcsin(0.05 / (2 * d))
    assert "pixels" in fingerprint.spot_radius(0.1 * np.tan(2 * theta) / 4e-4)
    assert "bond" in hint(fingerprint.spot_radius, 17.7)
    assert "√2" in hint(fingerprint.spot_radius, 10.8)
    assert "twice" in hint(fingerprint.spot_radius, 0.1 * np.tan(theta) / 4e-4)
    assert "edge of a pixel" in hint(fingerprint.spot_radius, 0.1 * np.tan(2 * theta))
    assert "Step by step" in hint(fingerprint.spot_radius, 30)
    assert "number" in hint(fingerprint.spot_radius, "far")


def test_what_notebook_2_reveals_is_so() -> None:
    along_001, along_011 = fingerprint.correlation(0), fingerprint.correlation(45)
    pair = fc.LABELS.index("bcc"), fc.LABELS.index("diamond")
    assert along_001[pair] == pytest.approx(np.triu(along_001, 1).max())
    assert along_001[pair] > 0.8
    assert along_011[pair] < 0.5
    assert fingerprint.peaks("H", 1.5)["200"] > 5 * fingerprint.peaks("H", 2)["200"]
    damaged = fc.DefectRecipe(vacancies=0.3, displacement=0.1, seed=1)
    differences = [
        value for _, value in fingerprint.friedel(damaged.apply(structures.example_cluster("bcc")))
    ]
    assert differences == sorted(differences, reverse=True)
    assert 0 < differences[0] < 0.05
    widths = [row.split("|")[3] for row in str(fingerprint.compare_sizes()[0]).splitlines()[-3:]]
    assert np.ptp(np.array(widths, float)) < 0.1 * float(widths[-1])


def test_figures_of_notebook_2_are_drawn() -> None:
    for parts in (
        fingerprint.compare_exponents(),
        fingerprint.compare_zones(),
        fingerprint.compare_friedel(structures.example_cluster("bcc")),
        [fingerprint.draw_ewald({"here": 0.05})],
    ):
        assert any(isinstance(part, Figure) for part in parts)
