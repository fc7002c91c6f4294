"""Sliders for defects."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as ipw
import numpy as np
from ase import Atoms

from ..crystals.classes import TRANSITIONS, class_of_space_group
from ..crystals.elements import ELEMENTS
from ..crystals.preparation import preparation
from ..defects import DefectRecipe
from ..session.session import Session
from .panel import Panel, heading, hint, side_by_side

NO_SPECIES = "–"
MAX_DISPLACEMENT = 0.6
"""Angstrom; the end of the slider."""


class DefectPanel(Panel):
    """Vacancies, displacements, substitutions, removal of a sublattice, and the draw."""

    hook = "fcw-defects"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.vacancies = _slider("vacancies (%)", "fcw-vacancies", 100, 1, ".0f")
        self.displacement = _slider(
            "displacement (Å)", "fcw-displacement", MAX_DISPLACEMENT, 0.01, ".2f"
        )
        self.substitution = _slider("substitution (%)", "fcw-substitution", 100, 1, ".0f")
        self.removal = _slider("removal (%)", "fcw-removal", 100, 1, ".0f")
        self.displacement_hint = hint()
        self.first, self.second = map(_species_choice, ("by", "and"))
        self.removal_hint = hint()
        self.seed = ipw.BoundedIntText(description="seed", min=0, max=2**64 - 1)
        self.draw = ipw.Button(description="New draw", tooltip="the same amounts, other atoms")
        self.children = (
            heading("defects"),
            self.vacancies,
            self.displacement,
            self.displacement_hint,
            self.substitution,
            side_by_side(self.first, self.second, name="fcw-species"),
            self.removal,
            self.removal_hint,
            side_by_side(self.seed, self.draw, name="fcw-draw"),
        )
        self.watch(self._show, "recipe", "cluster")
        self._on(self.vacancies, lambda x: {"vacancies": x / 100})
        self._on(self.displacement, self._displace)
        self._on(self.substitution, self._substitute)
        self._on(self.first, lambda x: self._choose_species(0, x))
        self._on(self.second, lambda x: self._choose_species(1, x))
        self._on(self.removal, lambda x: {"removal": x / 100})
        self._on(self.seed, lambda x: {"seed": x})
        self.draw.on_click(self._draw)

    def _on(self, control: ipw.Widget, fields: Callable[[Any], dict[str, Any]]) -> None:
        def changed(change: dict[str, Any]) -> None:
            recipe = self.session.recipe
            changed_recipe = replace(recipe, **fields(change["new"]))
            # A control that shows the recipe, rounded to its own step, does not write it.
            if _shown(changed_recipe) != _shown(recipe):
                self.session.recipe = changed_recipe

        control.observe(changed, "value")

    def _substitute(self, percent: float) -> dict[str, Any]:
        species = self.session.recipe.species
        if percent and not species:  # at 0 the slider shows a recipe that needs none
            species = (self._partner(),)
        return {"substitution": percent / 100, "species": species}

    def _partner(self) -> str:
        host = set(self.session.get("structure").get_chemical_symbols())
        return next(s for s in ("Cr", "Ni", "Si", *ELEMENTS) if s not in host)

    def _displace(self, sigma: float) -> dict[str, Any]:
        sigma = round(sigma, 6)  # the page has 0.11000000000000001 for 0.11
        shown = round(self.session.recipe.sigma(self.session.get("cluster")), 2)
        return {} if sigma == shown else {"displacement": sigma, "lindemann": 0.0}

    def _choose_species(self, place: int, symbol: str) -> dict[str, Any]:
        recipe = self.session.recipe
        chosen = list((*recipe.species, NO_SPECIES, NO_SPECIES)[:2])
        chosen[place] = symbol
        species = tuple(dict.fromkeys(s for s in chosen if s != NO_SPECIES))
        return {"species": species, "substitution": recipe.substitution if species else 0.0}

    def _draw(self, _: ipw.Button) -> None:
        recipe = self.session.recipe
        self.session.recipe = replace(recipe, seed=(recipe.seed + 1) % 2**64)

    def _show(self, recipe: DefectRecipe, cluster: Atoms) -> None:
        shown = _shown(recipe)
        sigma = recipe.sigma(cluster)
        shown_sigma = round(sigma, 2)
        self.vacancies.value = shown["vacancies"]
        # A slider that cannot show a value would clip it and write the clipped one.
        self.displacement.max = max(self.displacement.max, shown_sigma)
        # A value that it shows is not set again: a slider that has moved on would jump back.
        if round(self.displacement.value, 2) != shown_sigma:
            self.displacement.value = shown_sigma
        self.substitution.value = shown["substitution"]
        self.first.value, self.second.value = (*recipe.species, NO_SPECIES, NO_SPECIES)[:2]
        self.removal.value = shown["removal"]
        self.seed.value = recipe.seed
        bond = self.session.get("pristine").bond_length
        self.displacement_hint.value = (
            f"σ per component · Lindemann parameter {np.sqrt(3) * sigma / bond:.2f}"
        )
        has_sublattice = "sublattice" in cluster.arrays
        known = class_of_space_group(preparation(cluster).space_group)
        text = f"only {' and '.join(TRANSITIONS)} have the sublattice it removes"
        if has_sublattice and known is not None:
            text = f"of the {known.sublattice}: at 100 % {known.label} becomes {known.leaves}"
        self.removal.disabled = not has_sublattice
        self.removal_hint.value = text


def _shown(recipe: DefectRecipe) -> dict[str, Any]:
    """The recipe as the controls show it."""
    return {
        "vacancies": round(100 * recipe.vacancies),
        "displacement": round(recipe.displacement, 2),
        "lindemann": recipe.lindemann,
        "substitution": round(100 * recipe.substitution),
        "species": recipe.species,
        "removal": round(100 * recipe.removal),
        "seed": recipe.seed,
    }


def _slider(name: str, hook: str, top: float, step: float, fmt: str) -> ipw.FloatSlider:
    slider = ipw.FloatSlider(
        min=0, max=top, step=step, description=name, readout_format=fmt, layout={"width": "auto"}
    )
    return slider.add_class(hook).add_class("fcw-slider")


def _species_choice(name: str) -> ipw.Dropdown:
    options = [NO_SPECIES, *ELEMENTS]
    return ipw.Dropdown(options=options, description=name, layout={"width": "auto"})
