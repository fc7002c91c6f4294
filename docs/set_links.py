"""Write the repository's address and the version into the files that cannot compute them.

    python docs/set_links.py

The address stands in pyproject.toml (``urls.Source``), the version in the package. A fork changes
that one line, and a release that version and the changelog; then this script does the rest.
"""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOST = "https://github.com/"
ADDRESS = HOST + r"[\w.-]+/[\w.-]+"


def source_address() -> str:
    """``https://github.com/OWNER/NAME``, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return check_address(project["urls"]["Source"])


def check_address(source: str) -> str:
    if not re.fullmatch(ADDRESS, source):
        raise SystemExit(f"urls.Source: expected {HOST}OWNER/NAME, received {source!r}")
    return source


def package_version() -> str:
    """The version, without importing the package."""
    text = (ROOT / "facecrystal_widgets" / "__init__.py").read_text("utf-8")
    return re.findall(r'(?m)^__version__ = "(.+)"$', text)[0]


def changelog_links(text: str, source: str) -> str:
    """For each heading of the changelog, the link to what has changed since the one below."""
    tags = ["HEAD", *(f"v{version}" for version in re.findall(r"(?m)^## \[(\d.*?)\]", text))]
    links = [f"{source}/compare/{older}...{newer}" for newer, older in pairwise(tags)]
    links.append(f"{source}/releases/tag/{tags[-1]}")
    names = ["Unreleased", *(tag.removeprefix("v") for tag in tags[1:])]
    return "".join(f"[{name}]: {link}\n" for name, link in zip(names, links, strict=True))


def texts(source: str, version: str) -> dict[Path, str]:
    """The files that hold such links, and their texts with the links of `source` and `version`."""
    slug = source.removeprefix(HOST)
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    rules = [
        (
            "README.md",
            r"https://mybinder\.org/v2/gh/[^?\s]+",
            f"https://mybinder.org/v2/gh/{slug}/v{version}",
        ),
        ("README.md", rf"{ADDRESS}(?=/actions/)", source),
        ("CONTRIBUTING.md", r"git clone https.+", f"git clone {source} && cd {slug.split('/')[1]}"),
        ("SECURITY.md", rf"{ADDRESS}(?=/security/)", source),
        (".github/ISSUE_TEMPLATE/config.yml", rf"{ADDRESS}(?=/)", source),
        ("CITATION.cff", r"(?m)^repository-code: .+", f"repository-code: {source}"),
        ("CITATION.cff", r"(?m)^version: .+", f"version: {version}"),
        ("pyproject.toml", rf"{ADDRESS}(?=/(?:blob|issues))", source),
        ("CHANGELOG.md", r"(?ms)^\[Unreleased\]: .*", changelog_links(changelog, source)),
    ]
    written: dict[Path, str] = {}
    for name, pattern, replacement in rules:
        path = ROOT / name
        text = written.get(path) or path.read_text("utf-8")
        written[path], count = re.subn(pattern, lambda _, new=replacement: new, text)
        if count == 0:
            raise SystemExit(f"{name}: expected {pattern}, which is not there")
    return written


def main() -> None:
    for path, text in texts(source_address(), package_version()).items():
        if text != path.read_text("utf-8"):
            path.write_text(text, "utf-8", newline="\n")
            print(f"{path.relative_to(ROOT)}: links set")


if __name__ == "__main__":
    main()
