"""What a typed program of a user sees; mypy and basedpyright read it in ``test_typed_face.py``."""

from collections.abc import Callable
from typing import assert_type

import facecrystal_widgets as fc

read: Callable[[str], object] = fc.read_structure
atoms = fc.prototype("bcc", "Fe")
recipe = fc.DefectRecipe(vacancies=0.3, substitution=0.25, species=("Cr",), seed=7)
image = fc.fingerprint(recipe.apply(fc.build_cluster(atoms)), fc.Detector(), gamma=1.5)
assert_type(image, fc.Fingerprint)
assert_type(fc.classify(image), fc.Verdict)
assert_type(fc.classify(atoms), fc.Verdict)
many: list[fc.Verdict] = fc.classify([image, image], classifier=fc.Classifier())
assert_type(fc.classify(image).probability, float)
assert_type(fc.classify(image).trusted, bool)
maps = fc.attentive_response(image, layer="conv6", top=4)
assert_type(maps, fc.AttentiveResponse)
data: dict[str, object] = maps.to_dict()
families: tuple[fc.Landmark, ...] = fc.landmarks(maps.total, image)
assert_type(fc.find_orientation(atoms), fc.Orientation)
assert_type(fc.local_map(atoms, places=8), fc.LocalMap)
assert_type(fc.LABELS, tuple[str, ...])
assert_type(fc.CLASSES[0].symbol, str)
assert_type(fc.Session(), fc.Session)
assert_type(fc.__version__, str)
page: type[object] = fc.Explorer
