"""The shape of the project: who may import whom, what lies where, what the README promises."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from engine.optimizers import OPTIMIZERS
from engine.optimizers.schedules import SCHEDULES
from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES

ROOT = Path(__file__).parent.parent

# Which file may import what beside the standard library; the first line that fits a file counts.
# `*` stands for one name. A name allows what is below it.
TABLE = {
    "engine/formula/symbolic.py": {"engine", "sympy"},
    "engine/*/*.py": {"engine", "numpy"},
    "engine/__init__.py": set(),
    "pages/parts/figures.py": {"engine", "numpy", "plotly"},
    "pages/parts/tables.py": {"engine", "pages.parts", "numpy", "pandas", "streamlit"},
    "pages/parts/*.py": {"engine", "pages.parts", "numpy", "streamlit"},
    "pages/parts/*/*.py": {"engine", "pages.parts", "numpy", "streamlit"},
    "pages/*.py": {"engine", "pages.parts", "streamlit"},
    "app.py": {"plotly", "starlette", "streamlit"},
}
# The folders of the engine, from what stands on nothing to what stands on the rest: each imports
# only what is named before it.
ENGINE = (
    *("formula", "optimizers", "surfaces", "descent", "terrain", "houses"),
    *("digits", "network", "training", "search", "inspection"),
)
TOP_LEVEL = {
    *("app.py", "engine", "pages", "assets", "tests"),
    *("requirements.txt", "pyproject.toml", "README.md", "LICENSE"),
    *(".ci", ".streamlit", ".gitignore"),
}


def allowed(path: str) -> set[str] | None:
    """What a file may import, or None where the table has no line for it."""
    for pattern, names in TABLE.items():
        if path.count("/") == pattern.count("/") and PurePosixPath(path).match(pattern):
            return names
    return None


def imports(source: str, path: str) -> Iterator[str]:
    """Every dotted name that a module imports, wherever in the module that stands."""
    package = PurePosixPath(path).parent.parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = [*above, *filter(None, [node.module])]
            yield from (".".join([*origin, alias.name]) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "__import__")
        ):
            yield f"({ast.unparse(node)})"  # fits no line: what it imports cannot be read here


def trespasses(source: str, path: str) -> list[str]:
    """The imports of a module that the table does not allow."""
    names = allowed(path)
    if names is None:
        return ["(no line in the table)"]
    return [
        name
        for name in imports(source, path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(f"{name}.".startswith(f"{one}.") for one in names)
    ]


def modules() -> list[str]:
    files = [ROOT / "app.py", *(ROOT / "engine").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in files)


@pytest.mark.parametrize("path", modules())
def test_imports_go_one_way(path: str) -> None:
    assert trespasses((ROOT / path).read_text(), path) == []


def test_the_engines_folders_stand_on_one_another() -> None:
    assert {path.parent.name for path in (ROOT / "engine").glob("*/*.py")} == set(ENGINE)
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "engine").glob("*/*.py")
        for name in imports(path.read_text(), path.relative_to(ROOT).as_posix())
        if name.startswith("engine.")
        and name.split(".")[1] not in ENGINE[: ENGINE.index(path.parent.name) + 1]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engine/descent/walk.py", "import streamlit"),
        ("engine/descent/walk.py", "from pages.parts import stage"),
        ("engine/terrain/level.py", "from sympy import diff"),
        ("engine/formula/grammar.py", "import sympy"),
        ("engine/terrain/level.py", "def late():\n    import pandas as pd"),
        ("engine/terrain/level.py", "from ...pages import parts"),
        ("engine/terrain/level.py", "__import__('streamlit')"),
        ("engine/terrain/deeper/level.py", "import math"),
        ("pages/parts/figures.py", "import streamlit as st"),
        ("pages/parts/stage/scene.py", "import plotly.graph_objects as go"),
        ("pages/parts/stage/scene.py", "from pages import slope"),
        ("pages/parts/stage/scene.py", "from ... import slope"),
        ("pages/parts/stage/scene.py", "import pandas"),
        ("pages/slope.py", "import numpy as np"),
        ("pages/slope.py", "import importlib\nimportlib.import_module('plotly')"),
        ("app.py", "from engine import surfaces"),
    ],
)
def test_a_wrong_import_is_seen(path: str, source: str) -> None:
    assert len(trespasses(source, path)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engine/formula/grammar.py", "import numpy as np\nfrom engine import surfaces"),
        (
            "engine/descent/walk.py",
            "import math\nfrom . import optimizers\nfrom numpy.typing import NDArray",
        ),
        ("pages/parts/figures.py", "from plotly import graph_objects"),
        ("pages/slope.py", "import streamlit as st\nfrom pages.parts import stage"),
    ],
)
def test_a_right_import_is_let_through(path: str, source: str) -> None:
    assert trespasses(source, path) == []


def test_the_menu_lists_every_page_once() -> None:
    tree = ast.parse((ROOT / "pages" / "index.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    entries = [ast.literal_eval(c.args[0]) for c in calls if ast.unparse(c.func) == "st.Page"]
    pages = {path.name for path in (ROOT / "pages").glob("*.py")} - {"index.py", "__init__.py"}
    assert pages
    assert Counter(entries) == Counter(pages)


def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository, so nothing tells our files from others")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.split("\0")[:-1]


def test_the_top_level_has_nothing_else() -> None:
    assert {path.partition("/")[0] for path in tracked()} <= TOP_LEVEL


def test_modules_are_named_after_a_subject() -> None:
    names = {PurePosixPath(path).stem for path in tracked()}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def strangers(text: str) -> list[str]:
    """The addresses of other hosts in a script or a style sheet; XML namespaces are only names."""
    found = re.findall(r"""(?:https?:|["'`(])//[\w.-]+""", text)
    return [address for address in found if address != "http://www.w3.org"]


def test_no_name_is_exported_twice() -> None:
    files = sorted((ROOT / "assets").rglob("*.js"))
    pattern = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", flags=re.MULTILINE)
    twice = {
        path.name: [name for name, count in Counter(pattern.findall(text)).items() if count > 1]
        for path, text in ((path, path.read_text()) for path in files)
    }
    assert files
    assert {name: names for name, names in twice.items() if names} == {}


def test_the_browser_half_asks_no_other_host() -> None:
    files = [path for path in (ROOT / "assets").rglob("*") if path.suffix in {".js", ".css"}]
    assert files
    assert {path.name: strangers(path.read_text()) for path in files} == {
        path.name: [] for path in files
    }


def test_every_module_that_the_browser_half_imports_is_there() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "assets").rglob("*.js")
        for name in re.findall(
            r'^(?:import|\} from|export .* from).*"(\.[^"]+)";', path.read_text(), re.M
        )
        if not (path.parent / name).is_file()
    ]
    assert missing == []


def test_an_address_of_another_host_is_seen() -> None:
    assert strangers('import "https://cdn.example/plotly.js"')
    assert strangers("src: url(//fonts.example/one.woff2)")
    assert not strangers('createElementNS("http://www.w3.org/2000/svg", "path")  // a comment')


def readme_commands() -> list[str]:
    """The lines of the README's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    _, test_command = readme_commands()
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == test_command


def test_the_readme_lists_every_page() -> None:
    index = ast.parse((ROOT / "pages" / "index.py").read_text())
    calls = [node for node in ast.walk(index) if isinstance(node, ast.Call)]
    pages = [c for c in calls if ast.unparse(c.func) == "st.Page"]
    titles = [ast.literal_eval(k.value) for c in pages for k in c.keywords if k.arg == "title"]
    pages_part, _, _ = (ROOT / "README.md").read_text().partition("\n## ")
    listed = re.findall(r"^- \*\*([^*]+)\*\*:", pages_part, flags=re.MULTILINE)
    assert titles
    assert listed == titles


@pytest.mark.parametrize("folder", ["engine", "pages/parts"])
def test_the_readme_has_a_room_for_every_folder(folder: str) -> None:
    _, _, table = (ROOT / "README.md").read_text().partition(f"| `{folder}/` |")
    rooms = re.findall(r"^\| `(\w+)/` \|", table.partition("\n\n")[0], flags=re.MULTILINE)
    assert sorted(rooms) == sorted(
        path.parent.name for path in (ROOT / folder).glob("*/__init__.py")
    )


def test_the_readme_counts_right() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    for registry, noun in (
        (SURFACES, "surfaces"),
        (CURVES, "curves"),
        (OPTIMIZERS, "optimizers"),
        (SCHEDULES, "schedules"),
    ):
        assert f"{len(registry)} {noun}" in readme
