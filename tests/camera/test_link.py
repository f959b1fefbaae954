"""Whether the app's and the tests' objects would link.

No linker for an iPhone runs here, but its question can be asked: does
somebody define every function and every class that somebody uses? Apple's
API is C and Objective-C, so all C++ that is not the standard library's is the
app's own.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopcam.app.bundle import DEPLOYMENT_TARGET, Bundle
from shopcam.dataset.workers import cores
from tests.camera.apple_compiler import STUBS, compiler
from tests.camera.macho import Symbols, symbols

pytestmark = [pytest.mark.native, pytest.mark.needs("clang")]

# The standard library's; and what the file defines that needs TensorFlow's
# headers, which are not here.
OTHERS = re.compile(
    r"__Z(N?K?S|n[wa]|d[la]|T[ISV]S|N?K?9__gnu"
    r"|N7shopcam24OpenTensorFlowClassifier)"
)
Objects = dict[str, Symbols]
CLASS = re.compile(r"_OBJC_(?:META)?CLASS_\$_(\w+)")


def compiled(bundled: Bundle, folder: Path, *places: str) -> Objects:
    """The symbols of every source of some folders, by its name."""
    sources = [
        path
        for place in places
        for path in sorted((bundled.folder / place).glob("*"))
        if path.suffix in {".mm", ".cc"}
        and path.name != "tensorflow_classifier.cc"
    ]

    def compile(source: Path) -> tuple[str, Symbols]:
        made = folder / f"{source.name}.o"
        language = "objective-c++" if source.suffix == ".mm" else "c++"
        asked = (f"-I{bundled.folder}", "-c", "-x", language, source)
        command = [*compiler(DEPLOYMENT_TARGET), *asked, "-o", made]
        subprocess.run(command, check=True)
        return source.name, symbols(made)

    with ThreadPoolExecutor(cores()) as pool:
        return dict(pool.map(compile, sources))


def given(objects: Objects) -> set[str]:
    return set().union(*(each.defined for each in objects.values()))


def missing(objects: Objects, also_given: Iterable[str] = ()) -> set[str]:
    """What of the app's own the objects want and nobody gives."""
    apple = {
        name
        for path in STUBS.rglob("*.h")
        for name in re.findall(r"@interface (\w+)", path.read_text())
    }

    def is_own(name: str) -> bool:
        if found := CLASS.fullmatch(name):
            return found[1] not in apple
        return name.startswith("__Z") and not OTHERS.match(name)

    wanted = set().union(*(each.undefined for each in objects.values()))
    return {*filter(is_own, wanted)} - given(objects) - set(also_given)


@pytest.fixture(scope="module")
def app(bundled: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Objects:
    folder = tmp_path_factory.mktemp("app")
    return compiled(bundled, folder, "", "core", "shell")


@pytest.fixture(scope="module")
def tests(bundled: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Objects:
    return compiled(bundled, tmp_path_factory.mktemp("tests"), "tests")


def test_the_app_defines_whatever_it_uses(app: Objects) -> None:
    assert len(app) > 40
    assert missing(app) == set()


def test_the_tests_find_in_the_app_whatever_they_do_not_define(
    app: Objects, tests: Objects
) -> None:
    assert set(tests) == {"ParityTests.mm", "replay.cc"}
    assert missing(tests, given(app)) == set()


def test_nothing_is_defined_twice(app: Objects, tests: Objects) -> None:
    counted = Counter(
        name
        for each in (*app.values(), *tests.values())
        for name in each.defined - each.shared
    )

    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Links.mm", "OpenAppSettings"),
        ("LiveView.mm", "_OBJC_CLASS_$_LiveView"),
        ("labels.cc", "ReadLabels"),
    ],
)
def test_a_source_that_is_left_out_is_missed(
    app: Objects, file: str, name: str
) -> None:
    rest = {other: each for other, each in app.items() if other != file}

    assert any(name in each for each in missing(rest))
