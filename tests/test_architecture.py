"""The import order of the packages, and what may be imported where."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.paths import ROOT

# A package imports only from those before it; "" is shopcam/*.py. graphdef
# is part of the base, which knows it and is known by it.
ORDER = (
    ("", "graphdef"),
    ("dataset",),
    ("evaluation",),
    ("training",),
    ("export",),
    ("graph",),
    ("toolchain",),
    ("verify",),
    ("app",),
    ("integrate",),
    ("benchmark",),
    ("macos",),
    ("cluster",),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
# The same within macos, whose own modules are the base of its packages.
MACOS_ORDER = (
    *("", "commands", "facts", "ssh", "transfer"),
    *("log", "jobs", "doctor", "build"),
)
HEAVY = {"tensorflow", "keras", "tf_keras"}
FABRIC = {"fabric", "invoke", "paramiko"}

# What Python 3.6 runs with TensorFlow 1.8, as programs of their own.
FOREIGN = ROOT / "shopcam" / "benchmark" / "tensorflow18"

SHOPCAM = sorted(
    path
    for path in (ROOT / "shopcam").rglob("*.py")
    if FOREIGN not in path.parents
)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_of(path: Path) -> str:
    """`graph` for shopcam/graph/freeze.py, nothing for shopcam/card.py."""
    parts = path.relative_to(ROOT / "shopcam").parts
    return parts[0] if len(parts) > 1 else ""


def is_late(node: ast.AST) -> bool:
    """Whether what stands in `node` is not run when its module is imported."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module, whether its import is run with the file's) of every import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(node)
        for outer in ast.walk(tree)
        if is_late(outer)
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)}: relative import"
            names = [
                f"{node.module}.{alias.name}"
                if node.module == "shopcam"
                else str(node.module)
                for alias in node.names
            ]
        else:
            continue
        for name in names:
            yield name, id(node) not in late


@pytest.mark.parametrize("path", SHOPCAM, ids=short)
def test_a_package_imports_only_from_those_before_it(path: Path) -> None:
    own = RANK[package_of(path)]
    for module, _ in imports(path):
        if not module.startswith("shopcam."):
            continue
        name = module.split(".")[1]
        folder = ROOT / "shopcam" / name
        package = name if folder.is_dir() else ""
        assert RANK[package] <= own, f"{short(path)} imports {module}"


@pytest.mark.parametrize(
    "path", [p for p in SHOPCAM if package_of(p) == "macos"], ids=short
)
def test_within_macos_imports_run_one_way_too(path: Path) -> None:
    inner = path.relative_to(ROOT / "shopcam" / "macos").parts
    own = MACOS_ORDER.index(inner[0] if len(inner) > 1 else "")
    for module, is_early in imports(path):
        if not is_early or not module.startswith("shopcam.macos."):
            continue
        name = module.split(".")[2]
        folder = ROOT / "shopcam" / "macos" / name
        package = name if folder.is_dir() else ""
        assert MACOS_ORDER.index(package) <= own, module


@pytest.mark.parametrize("path", SHOPCAM, ids=short)
def test_tensorflow_is_imported_only_inside_functions(path: Path) -> None:
    for module, is_early in imports(path):
        if is_early:
            assert module.split(".")[0] not in HEAVY, module


@pytest.mark.parametrize("path", SHOPCAM, ids=short)
def test_only_tasks_and_macos_know_fabric(path: Path) -> None:
    if package_of(path) == "macos":
        return
    for module, _ in imports(path):
        assert module.split(".")[0] not in FABRIC, module


def test_the_fabfile_loads_nothing_heavy() -> None:
    heavy = [*HEAVY, "numpy", "pydantic", "rich", "google.protobuf", "jinja2"]
    code = (
        "import sys, fabfile; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_the_library_prints_only_through_the_console() -> None:
    for path in SHOPCAM:
        text = path.read_text(encoding="utf-8")
        is_program = "__main__" in text
        if path.name == "console.py" or is_program:
            continue
        called = {
            node.func.id
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "print" not in called, short(path)
