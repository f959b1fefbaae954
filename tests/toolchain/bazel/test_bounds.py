"""Which Bazel a tree accepts, in every form that TensorFlow has had."""

from pathlib import Path

import pytest

from shopcam.errors import ToolError
from shopcam.toolchain.bazel.bounds import Bounds, wanted
from tests.toolchain.tensorflow_tree import FILES

CONFIGURE_1_8 = """
def main():
  check_bazel_version('0.10.0')
"""
CONFIGURE_1_13 = """
def check_bazel_version(min_version, max_version):
  pass

def main():
  check_bazel_version('0.19.0', '0.21.0')
"""
CONFIGURE_2_1 = """
_TF_MIN_BAZEL_VERSION = '0.27.1'
_TF_MAX_BAZEL_VERSION = '0.29.1'

def main():
  current = check_bazel_version(_TF_MIN_BAZEL_VERSION,
                                _TF_MAX_BAZEL_VERSION)
"""


def tree(folder: Path, **files: str) -> Path:
    """A tree of files, `_` in their names standing for a dot."""
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_the_constants_of_1_15_are_found_by_the_call_that_names_them() -> None:
    bounds = wanted(FILES)
    assert bounds == Bounds("", "0.24.1", "0.26.1", "configure.py")
    assert (bounds.best, bounds.text) == ("0.26.1", "0.24.1 to 0.26.1")


def test_literals_of_1_13_are_found(tmp_path: Path) -> None:
    bounds = wanted(tree(tmp_path, configure_py=CONFIGURE_1_13))
    assert (bounds.least, bounds.most) == ("0.19.0", "0.21.0")


def test_without_an_upper_bound_the_oldest_is_taken(tmp_path: Path) -> None:
    bounds = wanted(tree(tmp_path, configure_py=CONFIGURE_1_8))
    assert (bounds.best, bounds.text) == ("0.10.0", "0.10.0 or later")
    assert bounds.fits("0.11.0")
    assert not bounds.fits("0.9.0")


@pytest.mark.parametrize(
    "line",
    [
        'check_version("0.4.2")',
        '  check_bazel_version_at_least("0.4.2")',
        '# check_bazel_version_at_least("9.9.9")\ncheck_version("0.4.2")',
    ],
)
def test_before_configure_py_the_workspace_says_it(
    tmp_path: Path, line: str
) -> None:
    bounds = wanted(tree(tmp_path, WORKSPACE=f"x\n{line}\n"))
    assert (bounds.least, bounds.source) == ("0.4.2", "WORKSPACE")


def test_dot_bazelversion_is_best_and_the_bounds_still_hold(
    tmp_path: Path,
) -> None:
    bounds = wanted(
        tree(tmp_path, _bazelversion="0.29.1\n", configure_py=CONFIGURE_2_1)
    )
    assert bounds.best == "0.29.1"
    assert bounds.source == ".bazelversion and configure.py"
    assert bounds.fits("0.28.0")
    assert not bounds.fits("1.0.0")


def test_dot_bazelversion_alone_takes_that_version_alone(
    tmp_path: Path,
) -> None:
    bounds = wanted(tree(tmp_path, _bazelversion="3.7.2"))
    assert bounds.text == "3.7.2"
    assert bounds.fits("3.7.2")
    assert not bounds.fits("3.7.1")


@pytest.mark.parametrize(
    ("version", "fits"),
    [("0.24.0", False), ("0.24.1", True), ("0.26.1", True), ("0.9.9", False)],
)
def test_versions_compare_as_numbers(version: str, fits: bool) -> None:
    assert Bounds("", "0.24.1", "0.26.1", "x").fits(version) is fits


def test_configure_is_read_and_not_run(tmp_path: Path) -> None:
    text = f"open({str(tmp_path / 'ran')!r}, 'w')\n{CONFIGURE_1_8}"
    wanted(tree(tmp_path, configure_py=text))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", ["print 'Python 2'", "\0", "x = 1"])
def test_a_tree_that_names_no_bazel_is_not_tensorflows(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(ToolError) as caught:
        wanted(tree(tmp_path, configure_py=text))
    assert "names a version of Bazel" in caught.value.found
    assert "fab tensorflow.update" in caught.value.next_step
