"""The folder of notebooks."""

import shutil
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def notebooks_folder() -> Path:
    """Inside the package where a wheel put them, beside it in a checkout."""
    inside = PACKAGE / "notebooks"
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def copy_new(source: Path, target: Path) -> Path:
    """Copy the files of a folder that `target` does not have yet; `target` is returned."""
    for file in sorted(source.rglob("*")):
        copy = target / file.relative_to(source)
        if file.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    return target
