"""integrate: a model card in, a proven bundle out."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopcam.card import Card
from shopcam.console import Console
from shopcam.lock import lock_path, locked
from shopcam.manifest import manifest_path
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain import NO_SETTINGS, find_toolchain


@dataclass(frozen=True)
class IntegrateResult:
    """What an integration left, and whether it may go to a phone.

    Attributes:
        folder: the build folder.
        bundle: the folder of the Xcode project.
        report: the path of report.json; report.html lies beside it.
        deployable: the model ran in the runtime generation that the card
            targets, and agreed with its source.
        verdict: one sentence that says so, or what is missing.
    """

    folder: Path
    bundle: Path
    report: Path
    deployable: bool
    verdict: str


def integrate(
    card: Card,
    output: Path,
    *,
    untrained: bool = False,
    force: bool = False,
    toolchain: str = "wheel",
    settings: Mapping[str, Any] = NO_SETTINGS,
    console: Console,
) -> IntegrateResult:
    """The bundle of `card` in the folder `output`, proven stage by stage.

    Args:
        card: the model card.
        output: the build folder, made if needed.
        untrained: take random weights for the card's recipe.
        force: run every stage, changed or not.
        toolchain: who runs the graph tools.
        settings: fabric.yaml's sections, for the toolchain.
        console: where the run is shown.

    Raises:
        ShopcamError: a stage refused its input, or its answers differ from
            the source's; what was made before stays.
    """
    output = output.resolve()
    with (
        contextlib.closing(TensorFlowProcess()) as process,
        locked(lock_path(output)),
    ):
        tools = find_toolchain(toolchain, process, settings)
        if force or not manifest_path(output).exists():
            # TensorFlow loads for half a second, while what the stages need
            # is imported here for as long.
            process.prepare()
        from shopcam.integrate.run import run

        outcome = run(
            card,
            output,
            untrained=untrained,
            force=force,
            tools=tools,
            process=process,
            console=console,
        )
    return IntegrateResult(
        folder=output,
        bundle=output / "camera",
        report=output / "report.json",
        deployable=outcome.deployable,
        verdict=outcome.verdict,
    )
