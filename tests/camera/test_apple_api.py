"""The shell is Objective-C++ that keeps to Apple's API, as clang sees it.

apple_stubs/ declares what the app uses of it. What clang accepts here, Xcode
parses; that it runs, only a Mac can show.
"""

import re
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopcam.app.bundle import DEPLOYMENT_TARGET, Bundle
from shopcam.dataset.workers import cores
from shopcam.paths import CAMERA
from tests.camera.apple_compiler import compiler, precompiled
from tests.camera.mistakes import MISTAKES

pytestmark = [pytest.mark.native, pytest.mark.needs("clang")]

# To an app that is made for the newest iOS alone, clang names everything that
# any iOS has replaced.
NEWEST = "27.0"
WARNINGS = (
    "-fsyntax-only",
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter",
    "-Wcomma",
    "-Wconditional-uninitialized",
    "-Wimplicit-retain-self",
    "-Wnullable-to-nonnull-conversion",
    "-Wshorten-64-to-32",
    "-Wundeclared-selector",
    "-Wunguarded-availability",
    "-Wunreachable-code",
    "-Werror",
)
ANALYZER = ("--analyze", "--analyzer-output", "text", "-o", "/dev/null")
Command = tuple[str, ...]


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The compiler for the oldest iOS of the app, which knows the stubs."""
    return precompiled(DEPLOYMENT_TARGET, tmp_path_factory.mktemp("oldest"))


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The compiler for the newest iOS alone, which knows the stubs."""
    return precompiled(NEWEST, tmp_path_factory.mktemp("newest"))


def complaints(command: Command, folder: Path, source: Path) -> str:
    """What clang says about an Objective-C++ file of a bundle, or nothing."""
    kind = "-header" if source.suffix == ".h" else ""
    asked = (f"-I{folder}", "-x", f"objective-c++{kind}", source)
    ran = subprocess.run(
        [*command, *asked], capture_output=True, text=True, cwd=folder
    )
    assert ran.returncode == 0 or ran.stderr
    return ran.stderr


def all_complaints(
    command: Command, folder: Path, files: Iterable[Path]
) -> dict[str, str]:
    """The complaints about each file that has any, by its name."""

    def check(path: Path) -> tuple[str, str]:
        return path.name, complaints(command, folder, path)

    with ThreadPoolExecutor(cores()) as pool:
        return {name: text for name, text in pool.map(check, files) if text}


def shell(bundled: Bundle) -> list[Path]:
    """Every Objective-C++ source of a bundle."""
    found = sorted(bundled.folder.rglob("*.mm"))
    assert len(found) > 20
    return found


def test_every_source_passes(bundled: Bundle) -> None:
    command = (*compiler(DEPLOYMENT_TARGET), *WARNINGS)

    assert all_complaints(command, bundled.folder, shell(bundled)) == {}


def test_every_header_includes_what_it_uses(bundled: Bundle) -> None:
    """A header that its source includes first has passed with the source."""
    command = (*compiler(DEPLOYMENT_TARGET), *WARNINGS)
    alone = []
    for header in sorted(bundled.folder.rglob("*.h")):
        path = header.relative_to(bundled.folder)
        own = [
            source
            for suffix in (".mm", ".cc")
            if (source := header.with_suffix(suffix)).is_file()
        ]
        for source in own:
            first = re.search(r"^#i\w+ (.*)$", source.read_text("utf-8"), re.M)
            assert first is not None
            assert first[1] == f'"{path}"', source
        alone += [] if own else [header]

    assert all_complaints(command, bundled.folder, alone) == {}


def test_only_the_file_for_older_systems_uses_what_was_replaced(
    bundled: Bundle, newest: Command
) -> None:
    command = (*newest, *WARNINGS)

    said = all_complaints(command, bundled.folder, shell(bundled))

    assert set(said) == {"CaptureOrientation.mm"}
    errors = re.findall(r"error: (.*)", said["CaptureOrientation.mm"])
    assert errors
    assert all("is deprecated" in error for error in errors)


def test_the_static_analyzer_finds_nothing(
    bundled: Bundle, oldest: Command
) -> None:
    command = (*oldest, *ANALYZER)

    assert all_complaints(command, bundled.folder, shell(bundled)) == {}


def changed(
    bundled: Bundle, tmp_path: Path, file: str, good: str, bad: str
) -> Path:
    """A copy of a file of the shell with one place changed."""
    (path,) = bundled.folder.rglob(file)
    text = path.read_text(encoding="utf-8")
    assert text.count(good) == 1
    wrong = tmp_path / file
    wrong.write_text(text.replace(good, bad), encoding="utf-8")
    return wrong


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_the_check(
    bundled: Bundle, oldest: Command, tmp_path: Path, mistake: str
) -> None:
    file, good, bad, complaint = MISTAKES[mistake]
    wrong = changed(bundled, tmp_path, file, good, bad)

    command = (*oldest, *WARNINGS)
    assert complaint in complaints(command, bundled.folder, wrong)


def test_a_replaced_api_fails_the_check(
    bundled: Bundle, newest: Command, tmp_path: Path
) -> None:
    wrong = changed(
        bundled,
        tmp_path,
        "Pixels.mm",
        "static_cast<uint32_t>(kCGImageByteOrder32Little)",
        "static_cast<uint32_t>(kCGBitmapByteOrder32Little)",
    )

    said = complaints((*newest, *WARNINGS), bundled.folder, wrong)

    assert "'kCGBitmapByteOrder32Little' is deprecated" in said


def test_a_missing_release_fails_the_check(
    bundled: Bundle, oldest: Command, tmp_path: Path
) -> None:
    wrong = changed(
        bundled, tmp_path, "Picture.mm", "  CGImageRelease(image);\n", ""
    )

    said = complaints((*oldest, *ANALYZER), bundled.folder, wrong)

    assert "Potential leak" in said


def test_only_one_file_of_the_core_includes_tensorflow() -> None:
    including = {
        path.name
        for path in CAMERA.rglob("*")
        if path.suffix in {".cc", ".h", ".mm"}
        and re.search(r'#i\w+ ["<]tensorflow/', path.read_text("utf-8"))
    }

    assert including == {"tensorflow_classifier.cc"}


def test_the_core_imports_nothing_of_apple() -> None:
    for path in (CAMERA / "core").iterdir():
        included = re.findall(
            r'^#\s*(?:include|import) (["<].*[">])', path.read_text(), re.M
        )
        for header in included:
            assert re.fullmatch(
                r'"(core|tensorflow)/[\w/.]+"|<[a-z_0-9]+>', header
            ), f"{path.name} includes {header}"
