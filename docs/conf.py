"""The documentation site: ``python -m sphinx -W docs build/docs``. Its pages fetch nothing."""

import argparse
import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

import facecrystal_widgets
from facecrystal_widgets.cli import build_parser

ROOT = Path(__file__).parent.parent
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"][
    "Source"
]
TAG = f"v{facecrystal_widgets.__version__}"
BINDER = f"https://mybinder.org/v2/gh/{REPOSITORY.removeprefix('https://github.com/')}/{TAG}"

CARD = "../facecrystal_widgets/convnet/pretrained/README.md"
"""As pages call it that are also read in the repository."""

project = "facecrystal_widgets"
author = "the authors of facecrystal_widgets"
version = release = facecrystal_widgets.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["figures"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

nitpicky = True
# Only public names are checked: pages of other projects would have to be fetched, and what is
# inside the package need not be described.
nitpick_ignore_regex = [(r"py:.*", r"(?!facecrystal_widgets\.\w+$).*")]
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_param = False
# Under "Returns" stand sentences, and an attribute may be two: "row, column".
napoleon_custom_sections = ["Returns", ("Attributes", "params_style")]
python_use_unqualified_type_names = True
python_display_short_literal_types = True
maximum_signature_line_length = 90
add_module_names = False

html_theme = "furo"
html_title = "The face of crystals, live"
html_show_copyright = False
html_copy_source = False
html_math_renderer = "mathml"


def expand(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put into a page what is made from the code: ``{{ notebooks }}`` and the like."""
    for name, make in MADE.items():
        if f"{{{{ {name} }}}}" in source[0]:
            source[0] = source[0].replace(f"{{{{ {name} }}}}", make())
    source[0] = source[0].replace(CARD, "reference/model-card.md")


def notebooks() -> str:
    """The numbered notebooks: how each begins, up to its list of goals, and where to open it."""
    entries = []
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        text = "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "markdown"))
        title, *parts = re.split(r"\n\s*\n", text.strip())
        goals = next(i for i, part in enumerate(parts) if part.startswith("- "))
        beginning = "\n\n".join(parts[: goals + 1])
        place = f"notebooks/{quote(path.name)}"
        entries.append(
            f"## {title.lstrip('# ')}\n\n{beginning}\n\n"
            f"[Open on Binder]({BINDER}?urlpath=lab/tree/{place}) · "
            f"[source]({REPOSITORY}/blob/{TAG}/{place})"
        )
    return "\n\n".join(entries)


def commands() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = "80"
    return "\n\n".join(
        f"## {parser.prog}\n\n```text\n{parser.format_help()}```"
        for parser in with_subcommands(build_parser())
    )


def with_subcommands(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    parsers = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in dict.fromkeys(action.choices.values()):  # once, if it has two names
                parsers += with_subcommands(child)
    return parsers


def model_card() -> str:
    return (ROOT / "docs" / CARD).read_text("utf-8")


MADE = {
    "notebooks": notebooks,
    "commands": commands,
    "model card": model_card,
    "repository": lambda: REPOSITORY,
    "binder": lambda: BINDER,
}


def house_style(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Make numpydoc of the house's docstrings: what follows a parameter's colon describes it and is
    no type, examples end the last section, and a bar is a bar."""
    text = "\n".join(lines)
    text = re.sub(r"^([\w, ]+) : ", r"\1\n    ", text, flags=re.MULTILINE)
    text = re.sub(r"\n\n>>> ", "\n\nExamples\n--------\n>>> ", text, count=1)
    text = re.sub(
        r"(``.*?``|^>>> .*)|\|", lambda found: found[1] or r"\|", text, flags=re.MULTILINE
    )
    lines[:] = text.split("\n")


def visit_math(translator: Any, node: nodes.math) -> None:
    """MathML, which every browser draws by itself."""
    translator.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def visit_display_math(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f"<p>{tex2mathml(node.astext(), as_block=True)}</p>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.connect("source-read", expand)
    app.connect("autodoc-process-docstring", house_style, priority=400)  # before napoleon
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_display_math, None))
