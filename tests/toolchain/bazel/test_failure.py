"""The first error of a failed build, from logs of real Bazels."""

from pathlib import Path

import pytest

from shopcam.toolchain.bazel.failure import first_failure

LOGS = Path(__file__).parent / "logs"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (
            "compile",
            "a/bad.cc:2:29: error: conversion from 'int' to non-scalar type "
            "'std::string' {aka 'std::__cxx11::basic_string<char>'} requested;"
            " /home/ana/tensorflow/a/BUILD:2:1: C++ compilation of rule "
            "'//a:bad' failed (Exit 1) gcc failed",
        ),
        (
            "link",
            "bazel-out/k8-fastbuild/bin/a/_objs/link/link.pic.o:link.cc:"
            "function main: error: undefined reference to 'f()'; "
            "/home/ana/tensorflow/a/BUILD:4:1: Linking of rule '//a:link' "
            "failed (Exit 1) gcc failed",
        ),
        ("missing_file", "missing input file '//a:nope.cc'"),
        (
            "no_package",
            "/home/ana/tensorflow/a/BUILD:5:1: no such package 'b': BUILD file"
            " not found on package path and referenced by '//a:dep'",
        ),
    ],
)
def test_the_first_error_is_found(name: str, error: str) -> None:
    lines = (LOGS / f"{name}.log").read_text().splitlines()
    assert first_failure(lines).error == error


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("gcc: fatal error: Killed signal terminated program cc1plus", "jobs"),
        ("Server terminated abruptly (error code: 14)", "bazel.memory_mb"),
        ("java.io.IOException: No space left on device", "output_user_root"),
        ("Error downloading [https://x]: Unknown host: x", "--distdir"),
        ("ERROR: Unrecognized option: --x", "correct bazel.options"),
        (
            "log_linux.cc:43:13: error: ambiguating new declaration of "
            "'long int gettid()'",
            "build it in a container; see docs/tensorflow-1.15.md",
        ),
        ("ERROR: something else", "correct what it names"),
    ],
)
def test_a_known_cause_has_its_own_advice(line: str, advice: str) -> None:
    assert advice in first_failure(["Loading:", line]).advice


def test_a_build_that_said_nothing_has_an_error_too() -> None:
    assert first_failure([]).error == "it said nothing"
    assert first_failure(["Loading: ", "gone"]).error == "gone"
