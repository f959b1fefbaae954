"""The core, compiled once a session for each processor and each runtime."""

import subprocess
from pathlib import Path

import pytest

from shopcam.app.bundle import Bundle, bundle
from shopcam.verify.fetch import find_runtime
from tests.app.conftest import LABELS, card_of
from tests.camera.driver import (
    ARM64,
    HERE,
    HOST,
    PORTABLE,
    REPLAY,
    Answers,
    Ask,
    compiled,
)
from tests.camera.phone import GENERATIONS, Phone, link
from tests.camera.small_model import Bundles, small_bundles

NAME = 'A "shop" \\ // é */ $(HOME) ??= #{x} <&>'


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle whose texts are as nasty as a card allows."""
    folder = tmp_path_factory.mktemp("bundled")
    model = folder / 'mod"él.pb'
    model.write_bytes(b"\x0a\x05graph" * 20)
    card = card_of(
        folder,
        app={"display_name": NAME, "team": "ABCDE12345"},
        shop={"search_url": 'https://s.example/"\\é*/??=/{query}'},
    )
    return bundle(card, LABELS, model, folder / "camera")


@pytest.fixture(
    scope="session",
    params=[
        "host",
        pytest.param(
            "arm64",
            marks=pytest.mark.needs(
                "clang++", "aarch64-linux-gnu-g++", "qemu-aarch64"
            ),
        ),
    ],
)
def ask_core(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Ask:
    """A function from a mode of driver.cc and questions to the answers."""
    folder = tmp_path_factory.mktemp(f"core_{request.param}")
    sources = [*sorted(HERE.glob("driver*.cc")), REPLAY, *PORTABLE]
    if request.param == "host":
        command = [compiled(HOST, sources, folder)]
    else:
        command = [Path("qemu-aarch64"), compiled(ARM64, sources, folder)]

    def ask(mode: str, questions: bytes) -> Answers:
        ran = subprocess.run(
            [*command, mode],
            input=questions,
            stdout=subprocess.PIPE,
            check=True,
        )
        return Answers(ran.stdout)

    return ask


@pytest.fixture(scope="session", params=GENERATIONS)
def phone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Phone:
    """The driver in each generation that has been fetched."""
    runtime = find_runtime(request.param)
    if runtime is None:
        pytest.skip("without the runtimes: run `fab runtime.fetch`")
    folder = tmp_path_factory.mktemp("phone")
    return Phone(request.param, link(runtime, folder))


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    """A small network, frozen and memory-mapped, each in its bundle."""
    return small_bundles(tmp_path_factory.mktemp("small_model"))
