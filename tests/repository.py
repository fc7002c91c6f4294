"""The checkout: its files, and what pyproject.toml says."""

import re
import subprocess
import tomllib
from pathlib import Path

from serving import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))


def files() -> list[Path]:
    """All files that are committed or would be, relative to the top level."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        paths = {Path(name) for name in answer.stdout.split("\0")}
    except (FileNotFoundError, subprocess.CalledProcessError):  # no git, or a downloaded archive
        shown = r"ci$|git(hub|ignore)$|npmrc$|pre-commit|readthedocs"
        hidden = re.compile(rf"\.(?!{shown})|__pycache__$|node_modules$")
        roots = [path for path in ROOT.iterdir() if not hidden.match(path.name)]
        paths = {path.relative_to(ROOT) for root in roots for path in [root, *root.rglob("*")]}
        paths = {path for path in paths if not any(map(hidden.match, path.parts))}
    return sorted(path for path in paths if (ROOT / path).is_file())
