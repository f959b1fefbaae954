"""The rehearsal: a card without a checkpoint, on random weights."""

from dataclasses import replace
from pathlib import Path

from shopcam.card import Tf1Source
from shopcam.integrate.build import Build, Facts, Step
from shopcam.integrate.versions import code_version, package_version
from shopcam.labels import Label, read_labels
from shopcam.tensorflow_process import TensorFlowProcess

FOLDER = "untrained"


def rehearse(
    build: Build, process: TensorFlowProcess
) -> tuple[Build, tuple[Label, ...]]:
    """The build with a source of random weights, and labels that fit it.

    Where the card's label file is missing too, labels are made up that say
    `untrained`.

    Args:
        build: the run.
        process: where TensorFlow makes the network.

    Raises:
        CardError: the card names no recipe, so no network is known.
    """
    card = build.card
    folder = build.path(FOLDER)
    labels = card.resolve(card.labels)
    graph = folder / "graph.pb"
    checkpoint = folder / "model.ckpt"

    def run() -> Facts:
        from shopcam.training.untrained import write_untrained

        process.submit(
            write_untrained, card, folder, work="write a checkpoint"
        ).result()
        return {}

    build.run(
        Step(
            name="untrained",
            target=graph,
            inputs=(labels,) if labels.is_file() else (),
            parameters={
                "recipe": card.recipe,
                "input": card.input.model_dump(mode="json"),
                "output": card.output.model_dump(mode="json"),
                "multi_view": card.multi_view and card.multi_view.model_dump(),
                "preprocessing": card.preprocessing.model_dump(mode="json"),
            },
            versions={
                "shopcam": code_version("training"),
                "keras": package_version("keras"),
                "tensorflow": package_version("tensorflow"),
            },
            run=run,
            files=lambda facts: [graph, *checkpoint.parent.glob("model.ckpt*")],
        )
    )
    source = Tf1Source(format="tf1", graph=graph, checkpoint=checkpoint)
    card = card.model_copy(update={"source": source})
    return replace(build, card=card), rehearsal_labels(build, labels)


def rehearsal_labels(build: Build, path: Path) -> tuple[Label, ...]:
    """The card's labels, or made-up ones."""
    if path.is_file():
        return read_labels(path)
    from shopcam.training.recipe import recipe_of
    from shopcam.training.untrained import placeholder_labels

    return placeholder_labels(recipe_of(build.card).classes)
