"""The last steps: the labels, and the Xcode project with all that it holds."""

from pathlib import Path
from typing import Any

import xxhash

from shopcam.app.bundle import bundle
from shopcam.app.replay import Question, pictures_that_fit
from shopcam.artifact import write_text
from shopcam.integrate.build import Build, Step
from shopcam.integrate.edits import keep_changes
from shopcam.integrate.proof import Proof
from shopcam.integrate.versions import code_version
from shopcam.integrate.views import Views
from shopcam.labels import Label
from shopcam.verify.views import view_questions


def labels_step(build: Build, labels: tuple[Label, ...]) -> Step:
    """labels of the card -> labels.txt, one name per line"""
    target = build.path("labels.txt")
    text = "".join(f"{label.name}\n" for label in labels)

    def run() -> dict[str, Any]:
        write_text(target, text)
        return {"labels": len(labels)}

    return Step(
        name="labels",
        target=target,
        inputs=(),
        parameters={"labels": digest_of(labels)},
        versions={"shopcam": code_version("integrate")},
        run=run,
    )


def digest_of(labels: tuple[Label, ...]) -> str:
    """What identifies a label table."""
    return xxhash.xxh3_64(repr(labels).encode()).hexdigest()


def bundle_step(
    proof: Proof,
    views: Views | None,
    labels: tuple[Label, ...],
    model: Path,
    untrained: bool,
) -> Step:
    """templates + card + model + labels + recorded answers -> camera/

    Args:
        proof: whose comparisons are over.
        views: likewise, where the card averages views.
        labels: one per class.
        model: the file that the app loads.
        untrained: whether its weights are random.
    """
    build = proof.build
    card, folder = build.card, build.path("camera")
    answers = [proof.reference.file, *([views.file] if views else [])]

    def run() -> dict[str, Any]:
        keep_changes(build, folder)
        result = bundle(
            *(card, labels, model, folder),
            questions=recorded_questions(proof, views),
            untrained=untrained,
        )
        return {"files": [str(path) for path in result.files]}

    return Step(
        name="bundle",
        target=folder,
        inputs=(model,),
        parameters={
            **card.model_dump(mode="json", exclude={"source"}),
            "labels": digest_of(labels),
            "probes": [
                proof.reference.key.parameters["probes"],
                *map(build.manifest.input_digest, answers),
            ],
            "untrained": untrained,
        },
        versions={
            "shopcam": code_version("app", "integrate", "templates", "camera")
        },
        run=run,
        files=lambda facts: [folder / name for name in facts["files"]],
    )


def recorded_questions(proof: Proof, views: Views | None) -> list[Question]:
    """What the app's tests ask: some probe images, and several views at once.

    The recorded answers are the source's own. To several views it has none,
    so they are the frozen graph's.
    """
    probes, answers = proof.reference.probes, proof.reference.answers
    places = pictures_that_fit(probes.images)
    found = [
        Question(probes.names[place], (probes.images[place],), answers[place])
        for place in places
    ]
    for row, shown in enumerate(view_questions(len(probes.images))):
        if views and len(shown) > 1 and set(places).issuperset(shown):
            images = tuple(probes.images[place] for place in shown)
            answer = views.answers[row]
            return [*found, Question(views.questions[row], images, answer)]
    return found
