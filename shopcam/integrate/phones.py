"""The lines of what is compared apart from the stages: phones, and views."""

from dataclasses import replace
from pathlib import Path

from shopcam.console import StageLine
from shopcam.integrate.build import Build, parity_text
from shopcam.integrate.lines import Comparison
from shopcam.integrate.proof import Proof
from shopcam.integrate.views import STAGE, Views
from shopcam.verify.fetch import SUPPORTED, find_runtime
from shopcam.verify.parity import Parity
from shopcam.verify.views import MOST_VIEWS

AVERAGED = f"up to {MOST_VIEWS} views averaged"


def compare_on_phones(proof: Proof, views: Views | None, model: Path) -> None:
    """Asks the phone's runtimes in the cache about the deployed file.

    The generation that the card targets decides; later ones that are in the
    cache are asked too, since an app may be built with them.
    """
    build, deploy = proof.build, proof.build.card.deploy
    target, quantized = deploy.runtime_version, deploy.quantize != "none"
    for version in SUPPORTED[SUPPORTED.index(target) :]:
        runtime = find_runtime(version)
        if runtime is None:
            continue
        asked = (runtime, model, deploy.memory_map, quantized)
        where = f"TensorFlow {version}"
        why = "the card's target" if version == target else "a later generation"
        line = StageLine(f"TF {version}", model.name, why=why)
        show(build, line, where, proof.phone(*asked))
        if views:
            line = StageLine(f"views {version}", model.name, why=AVERAGED)
            show(build, line, f"{STAGE} in {where}", views.phone(*asked))


def compare_views(views: Views, legal: Path) -> None:
    """Asks the last graph before the package about averaged views."""
    quantized = views.build.card.deploy.quantize != "none"
    line = StageLine("views", legal.name, why=AVERAGED)
    show(views.build, line, STAGE, views.graph(legal, quantized))


def show(
    build: Build, line: StageLine, stage: str, comparison: Comparison
) -> None:
    """Gives a comparison a line of its own, once it is over.

    Args:
        build: the run.
        line: all of the line but its seconds and its parity.
        stage: what the manifest calls the comparison.
        comparison: what is awaited.
    """

    def finish(parity: Parity | None) -> StageLine:
        entry = build.manifest.entries.get(f"parity of {stage}")
        seconds = entry.seconds if entry else 0.0
        return replace(line, seconds=seconds, parity=parity_text(parity))

    build.lines.begin(line.stage)
    build.lines.wait_for(line.stage, comparison, finish)
