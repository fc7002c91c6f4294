"""Import paths of version 0.1.0. They work until version 0.3, with a DeprecationWarning.

A module that moved as a whole is the same object under both paths. One that was divided, or that
has lost names to another one, looks them up in their new homes. To end it, delete this file, its
test and the line of ``__init__.py`` that imports it.
"""

import sys
import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

PACKAGE = __package__ or ""
MODULES = {
    "attention.faithfulness": "evaluation.faithfulness",
    "attention.network": "convnet.layers",
    "attention.steps": "convnet.decomposition",
    "attention.templates": "training.templates",
    "batch": "compute.stream compute.workers compute.dask_cluster compute.versions",
    "cif": "reading.cif",
    "classes": "crystals.classes",
    "cli.classify": "reading.folders",
    "cli.jupyter": "server.dashboard server.kernels",
    "cli.serve": "server.addresses server.notebooks server.kernels server.dashboard",
    "cluster": "compute.dask_cluster",
    "convnet.classifier": "convnet.runtime convnet.weights classification.classify "
    "classification.verdict classification.caveats",
    "convnet.quiet": "convnet.stderr",
    "convnet.training": "training.fit convnet.export",
    "cli.rows": "cli.output",
    "datasets.fetch": "datasets.optimade.fetch datasets.optimade.provenance "
    "datasets.optimade.query",
    "datasets.store": "datasets.shard",
    "datasets.structures": "datasets.defects",
    "experiments": "",
    "experiments.analysis": "evaluation.scores",
    "experiments.drawings": "reports.defective_set.drawings reports.style",
    "experiments.embedding": "evaluation.embedding evaluation.predictions datasets.structures",
    "experiments.evaluation": "evaluation.defective_set evaluation.predictions convnet.reference",
    "experiments.live": "training.run training.plan evaluation.curve_plan arguments",
    "experiments.live_evaluation": "evaluation.results",
    "experiments.order": "evaluation.curves",
    "experiments.pages": "reports.document",
    "experiments.peers": "evaluation.peers datasets.structures",
    "experiments.report": "reports.defective_set.report reports.defective_set.comparison",
    "experiments.sizes": "evaluation.sizes",
    "experiments.wild": "",
    "experiments.wild.catalogue": "specimens.catalogue",
    "experiments.wild.disorder": "specimens.disorder",
    "experiments.wild.drawings": "reports.robustness.drawings",
    "experiments.wild.emt": "specimens.emt",
    "experiments.wild.evaluation": "evaluation.robustness.tasks",
    "experiments.wild.grains": "specimens.grains",
    "experiments.wild.interiors": "evaluation.robustness.grain_interiors",
    "experiments.wild.lattices": "specimens.single_crystals crystals.lattices crystals.prototypes",
    "experiments.wild.motion": "specimens.dynamics",
    "experiments.wild.report": "reports.robustness.report reports.robustness.tables",
    "experiments.wild.scores": "evaluation.robustness.scores evaluation.robustness.uncertainty",
    "experiments.wild.specimen": "specimens.specimen crystals.periodic",
    "experiments.wild.trials": "evaluation.robustness.trials evaluation.robustness.uncertainty",
    "explorer": "widgets.page",
    "figures": "reports.paper reports.style evaluation.curves",
    "jobs": "compute.job compute.worker",
    "laboratory": "",
    "lesson.bench": "lesson.optics",
    "lesson.core": "lesson.prediction lesson.checking",
    "lesson.notebook1": "lesson.face_of_crystals",
    "lesson.notebook2": "lesson.fingerprint",
    "lesson.notebook3": "lesson.defects",
    "lesson.notebook4": "lesson.training",
    "lesson.notebook5": "lesson.attention",
    "lesson.notebook6": "lesson.order",
    "lesson.notebook7": "lesson.own_structures",
    "lesson.notebook8": "lesson.any_orientation lesson.outside_classes lesson.polycrystals "
    "lesson.structures lesson.drawing",
    "local": "",
    "local.atoms": "mapping.assignment",
    "local.colours": "orientation.inverse_pole_figure",
    "local.drawing": "reports.local_map",
    "local.examples": "reading.examples specimens.examples",
    "local.files": "mapping.files",
    "local.grains": "mapping.grains",
    "local.local_map": "mapping.local_map mapping.survey",
    "local.places": "mapping.places",
    "local.spheres": "crystals.spheres crystals.periodic mapping.survey",
    "orientation.search": "orientation.fit orientation.sample",
    "orientation.stars": "orientation.intensity",
    "orientation.trust": "orientation.evidence",
    "processes": "compute.processes",
    "prototypes": "crystals.prototypes crystals.lattices crystals.elements",
    "reading": "reading.structures",
    "session": "session.session session.sources session.stages session.watches",
    "structures": "crystals.cluster crystals.checks crystals.preparation crystals.neighbours "
    "crystals.periodic",
    "symmetry": "crystals.symmetry",
    "widgets": "",
    "widgets.base": "widgets.panel widgets.view",
    "widgets.evaluation": "laboratory.evaluation",
    "widgets.figure": "widgets.plotly_figure",
    "widgets.local": "widgets.local_map",
    "widgets.map": "laboratory.embedding",
    "widgets.points": "laboratory.structure_list widgets.scene",
    "widgets.running": "widgets.job_panel",
    "widgets.training": "laboratory.training convnet.weights",
    "widgets.transition": "laboratory.curves",
    "widgets.viewer": "widgets.scene",
    "widgets.walk": "widgets.layers",
}
"""Old module to the modules that have its names now; none for folders, which had
no names or whose names are listed below."""
NAMES = {
    "experiments.embedding.Sample": "evaluation.embedding.EmbeddingSample",
    "experiments.evaluation.Network": "convnet.reference.NetworkRef",
    "experiments.live.Study": "evaluation.curve_plan.CurvePlan",
    "experiments.order.Sample": "evaluation.curves.CurveStructure",
    "experiments.order.samples": "evaluation.curves.curve_structures",
    "experiments.wild.evaluation.evaluate_wild": "evaluation.robustness.tasks.evaluate_robustness",
    "laboratory.Laboratory": "laboratory.page.Laboratory",
    "lesson.bench.BenchPanel": "lesson.optics.OpticsPanel",
    "lesson.notebook1.harm": "lesson.face_of_crystals.breaking_recipe",
    "lesson.notebook2.likeness": "lesson.fingerprint.correlation",
    "lesson.notebook8.draw_zoo": "lesson.outside_classes.draw_outside_classes",
    "lesson.notebook8.of_lattice": "lesson.structures.reflections_of",
    "lesson.notebook8.zoo": "lesson.outside_classes.outside_classes",
    "widgets.EvaluationPanel": "laboratory.evaluation.EvaluationPanel",
    "widgets.MapPanel": "laboratory.embedding.EmbeddingPanel",
    "widgets.TrainingPanel": "laboratory.training.TrainingPanel",
    "widgets.TransitionPanel": "laboratory.curves.CurvesPanel",
    "widgets.WalkPanel": "widgets.layers.LayersPanel",
    "widgets.map.MapPanel": "laboratory.embedding.EmbeddingPanel",
    "widgets.transition.TransitionPanel": "laboratory.curves.CurvesPanel",
    "widgets.walk.WalkPanel": "widgets.layers.LayersPanel",
}
"""Old name to the new one, for names that notebooks and guides of version 0.1.0 use."""


class RelocatedLoader:
    """Loads the new module in place of an old one, or an empty module that looks names up."""

    def __init__(self, old: str) -> None:
        self.old = old

    def create_module(self, spec: ModuleSpec) -> None:
        """An ordinary empty module."""

    def exec_module(self, module: ModuleType) -> None:
        homes = MODULES[self.old].split()
        if len(homes) == 1:
            module = import_module(f"{PACKAGE}.{homes[0]}")
            sys.modules[f"{PACKAGE}.{self.old}"] = module
        look_up_old_names(module, self.old)


class RelocationFinder:
    """The entry of ``sys.meta_path`` for old modules; first, so that none is loaded twice."""

    @staticmethod
    def find_spec(
        name: str, path: list[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        old = name.removeprefix(f"{PACKAGE}.")
        if old == name or old not in MODULES:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.origin is None:  # no file, or a folder that only holds a cache
            homes = [f"{PACKAGE}.{home}" for home in MODULES[old].split()]
            if homes:
                warn(name, ", ".join(homes))
            loader = RelocatedLoader(old)
            return ModuleSpec(name, loader, is_package=not homes)  # type: ignore[arg-type]
        loader_of_file = spec.loader
        assert loader_of_file is not None
        execute = loader_of_file.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            look_up_old_names(module, old)

        loader_of_file.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def look_up_old_names(module: ModuleType, old: str) -> None:
    """Give a module the names that `old` had in version 0.1.0."""

    def get(name: str) -> object:
        renamed = NAMES.get(f"{old}.{name}", "")
        homes = [renamed.rpartition(".")[0]] if renamed else MODULES[old].split()
        new = renamed.rpartition(".")[2] or name
        for home in homes if not name.startswith("_") else ():
            contents = vars(import_module(f"{PACKAGE}.{home}"))
            if new in contents:
                public = new in import_module(PACKAGE).__all__
                warn(f"{PACKAGE}.{old}.{name}", f"{PACKAGE}.{new if public else f'{home}.{new}'}")
                return contents[new]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    vars(module)["__getattr__"] = get


def warn(old: str, new: str) -> None:
    warnings.warn(
        f"{old} is now {new}; the old path ends with version 0.3", DeprecationWarning, stacklevel=3
    )


sys.meta_path.insert(0, RelocationFinder)  # type: ignore[arg-type]
