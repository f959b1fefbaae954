"""The shell is Objective-C++ that keeps to Apple's API, as clang sees it.

apple_stubs/ declares what the app uses of it. What clang accepts here, Xcode
parses; that it runs, only a Mac can show.
"""

import re
import subprocess
from pathlib import Path

import pytest

from shopcam.app.bundle import Bundle
from shopcam.paths import CAMERA

pytestmark = [pytest.mark.native, pytest.mark.needs("clang")]

STUBS = Path(__file__).parent / "apple_stubs"
CHECK = (
    "clang",
    "-fsyntax-only",
    "-std=gnu++14",
    "-fobjc-arc",
    "-fobjc-runtime=ios-15.0",
    "-fblocks",
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter",
    "-Wimplicit-retain-self",
    "-Wnullable-to-nonnull-conversion",
    "-Wundeclared-selector",
    "-Wunreachable-code",
    "-Werror",
    f"-isystem{STUBS}",
)


def complaints(folder: Path, source: Path) -> str:
    """What clang says about an Objective-C++ file of a bundle, or nothing."""
    kind = "-header" if source.suffix == ".h" else ""
    command = [*CHECK, f"-I{folder}", "-x", f"objective-c++{kind}", source]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0 or ran.stderr
    return ran.stderr


def sources(folder: Path) -> list[Path]:
    """Every Objective-C++ file and every header below a folder."""
    kinds = {".mm", ".m", ".h"}
    return sorted(p for p in folder.rglob("*") if p.suffix in kinds)


def test_every_rendered_source_and_header_stands_alone(bundled: Bundle) -> None:
    found = sources(bundled.folder)

    assert len(found) > 20
    problems = {
        path.name: text
        for path in found
        if (text := complaints(bundled.folder, path))
    }
    assert problems == {}


@pytest.mark.parametrize(
    ("file", "good", "bad", "complaint"),
    [
        ("CameraCapture.mm", "startRunning", "startRuning", "startRuning"),
        (
            "CameraCapture.mm",
            "canAddOutput:output",
            "canAddOutput:_session",
            "cannot initialize a parameter",
        ),
        (
            "CameraCapture.mm",
            "AVCaptureVideoDataOutput alloc",
            "AVCaptureStillImageOutput alloc",
            "AVCaptureStillImageOutput",
        ),
        (
            "CameraViewController.mm",
            "initWithURL:url",
            "initWithURL:@3",
            "cannot initialize a parameter",
        ),
        (
            "CameraViewController.mm",
            "    case CameraProblemNoCamera:",
            "",
            "not handled in switch",
        ),
        (
            "SceneDelegate.mm",
            "initWithWindowScene:(UIWindowScene*)scene",
            "initWithFrame:scene",
            "no viable conversion",
        ),
        (
            "ProductListView.mm",
            "[weakSelf shopTapped]",
            "[_shopButton shopTapped]",
            "shopTapped",
        ),
    ],
)
def test_a_mistake_in_a_call_fails_the_check(
    bundled: Bundle,
    tmp_path: Path,
    file: str,
    good: str,
    bad: str,
    complaint: str,
) -> None:
    text = (bundled.folder / "shell" / file).read_text(encoding="utf-8")
    assert good in text
    wrong = tmp_path / file
    wrong.write_text(text.replace(good, bad), encoding="utf-8")

    assert complaint in complaints(bundled.folder, wrong)


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
                r'"(core|tensorflow)/[\w/.]+"|<[a-z_]+>', header
            ), f"{path.name} includes {header}"
