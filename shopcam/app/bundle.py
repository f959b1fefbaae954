"""The bundle: the complete Xcode project of one model, labels included.

Files that do not depend on the model are copied from camera/; the others are
rendered from templates of the same names. The same card, labels
and model always give the same bytes.
"""

import os
import shutil
import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopcam.app.card_text import card_text
from shopcam.app.label_table import label_table
from shopcam.app.render import render, writable
from shopcam.app.replay import Question, replay_files
from shopcam.app.swap import swapped_in
from shopcam.artifact import sha256
from shopcam.card import Card
from shopcam.errors import CardError, PackageError
from shopcam.graph.package import GRAPH_REGION, TRAILER
from shopcam.labels import Label
from shopcam.paths import CAMERA

# The templates, by their path in the bundle.
RENDERED = tuple(
    Path(name)
    for name in (
        "CameraExampleViewController.mm",
        "Info.plist",
        "Podfile",
        "config/Identity.xcconfig",
    )
)
# The least that Xcode 27 accepts; the Podfile raises every pod to it.
DEPLOYMENT_TARGET = "15.0"
# The only pod of TensorFlow Mobile is built from TensorFlow 1.1.
POD = "TensorFlow-experimental"
POD_VERSIONS = {"1.1": "1.1.1"}
POD_PATH = "vendor/tensorflow"
# The project refers to this folder as a whole, so that the names in it may
# change without the project changing.
DATA = Path("data")
LABELS = DATA / "labels.txt"
CARD = DATA / "card.yaml"
WORKSPACE = "ShopCam.xcworkspace"


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk.

    Attributes:
        folder: the project tree.
        files: every file of the tree, relative to `folder`.
        rendered: the texts that depend on the card, relative to `folder`.
        model: the model in the tree, relative to `folder`.
        labels: the label table in the tree, relative to `folder`.
        workspace: what Xcode opens; `pod install` in `folder` makes it.
    """

    folder: Path
    files: tuple[Path, ...]
    rendered: tuple[Path, ...]
    model: Path
    labels: Path
    workspace: Path


def bundle(
    card: Card,
    labels: Sequence[Label],
    model: Path,
    destination: Path,
    *,
    questions: Sequence[Question] = (),
    untrained: bool = False,
) -> Bundle:
    """Assembles the project tree at `destination`, whole or not at all.

    Args:
        card: the model card, which the sources are rendered from.
        labels: one label per class, in the order of the output.
        model: the frozen GraphDef, or the memory-mapped package if the card
            asks for one; hard-linked into the tree, or copied where that fails.
        destination: the folder to make or to replace.
        questions: what the app's tests ask on the phone.
        untrained: whether the weights are random, which the app then shows.

    Raises:
        CardError: a value that the app's sources cannot hold, no labels.
        PackageError: the model is not of the kind that the card asks for.
        ToolError: the folder cannot be written.
    """
    check_labels(labels)
    memory_mapped = check_kind(card, model)
    placed = DATA / model.name
    values = template_values(card, placed, memory_mapped, untrained)
    values["model_sha256"] = sha256(model)
    texts = {path: render(str(path), **values) for path in RENDERED}
    texts |= {LABELS: label_table(labels), CARD: card_text(card)}
    files = {path: text.encode("utf-8") for path, text in texts.items()}
    files |= replay_files(card, questions)
    with swapped_in(destination) as folder:
        copy_sources(folder)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        link_or_copy(model.resolve(), folder / placed)
    return Bundle(
        folder=destination,
        files=files_below(destination),
        rendered=tuple(texts),
        model=placed,
        labels=LABELS,
        workspace=destination / WORKSPACE,
    )


def check_labels(labels: Sequence[Label]) -> None:
    """Refuses a table that is empty, or holds text that UIKit cannot show."""
    if not labels:
        raise CardError(
            "An app needs a label for every class.",
            "no labels at all",
            "fill the file that the card names under `labels`",
        )
    for label in labels:
        for text in (label.name, *label.path):
            writable(text)


def check_kind(card: Card, model: Path) -> bool:
    """Whether `model` is a memory-mapped package, as the card says it is."""
    if model.name in (LABELS.name, CARD.name):
        raise PackageError(
            f"The model may not be called {LABELS.name} or {CARD.name}.",
            str(model),
            "rename the model",
        )
    mapped = is_package(model)
    if mapped == card.deploy.memory_map:
        return mapped
    kinds = {True: "a memory-mapped package", False: "a plain GraphDef"}
    raise PackageError(
        f"deploy.memory_map is {str(card.deploy.memory_map).lower()}, so the "
        f"app loads {kinds[card.deploy.memory_map]}.",
        f"{model} is {kinds[mapped]}",
        "hand over the file of the last stage of integrate, or change the card",
    )


def is_package(model: Path) -> bool:
    """Whether the directory of a memory-mapped package ends the file.

    Raises:
        PackageError: there is no such file, or it is empty.
    """
    size = model.stat().st_size if model.is_file() else 0
    if not size:
        raise PackageError(
            "The bundle needs a model.",
            f"{model}, which is {'empty' if model.is_file() else 'no file'}",
            "run integrate up to its last stage",
        )
    with open(model, "rb") as stream:
        stream.seek(max(0, size - TRAILER.size))
        directory = int.from_bytes(stream.read(), "little")
        if not 0 < directory < size - TRAILER.size:
            return False
        stream.seek(directory)
        return GRAPH_REGION.encode() in stream.read()


def template_values(
    card: Card, model: Path, memory_mapped: bool, untrained: bool
) -> dict[str, Any]:
    """The values that the templates use, by name."""
    colours = card.preprocessing.channels.lower()
    mean, std = card.preprocessing.mean, card.preprocessing.std
    if card.input.channels == 1:
        mean, std = mean * 3, std * 3
    return {
        "card": card,
        "card_file": CARD,
        "deployment_target": DEPLOYMENT_TARGET,
        "display_name": card.app.display_name or card.name,
        "feature_node": card.feature_node or "",
        "head_node": card.head_node if card.feature_node else "",
        "labels_file": LABELS,
        "mean": dict(zip(colours, mean, strict=True)),
        "memory_mapped": memory_mapped,
        "model_file": model,
        "pod": POD,
        "pod_path": POD_PATH,
        "pod_version": POD_VERSIONS.get(card.deploy.runtime_version),
        "runtime_version": card.deploy.runtime_version,
        "shop_search_url": shop_search_url(card.shop.search_url),
        "std": dict(zip(colours, std, strict=True)),
        "untrained": untrained,
    }


def shop_search_url(template: str) -> str:
    """The card's URL, in which only `{query}` is replaced.

    The card's form is that of str.format, where `{{` stands for a brace; the
    app replaces `{query}` and nothing else.
    """
    return "".join(
        literal + ("{query}" if field is not None else "")
        for literal, field, _, _ in string.Formatter().parse(template)
    )


def copy_sources(folder: Path) -> None:
    """Copies camera/ into `folder`, without hidden files and user state."""
    left_out = shutil.ignore_patterns(".*", "xcuserdata")
    shutil.copytree(CAMERA, folder, dirs_exist_ok=True, ignore=left_out)


def files_below(folder: Path) -> tuple[Path, ...]:
    """Every file below `folder`, relative to it, in a fixed order."""
    return tuple(
        sorted(
            path.relative_to(folder)
            for path in folder.rglob("*")
            if path.is_file()
        )
    )


def link_or_copy(model: Path, copy: Path) -> None:
    """A hard link to `model`, which costs no time and no disk, or a copy."""
    try:
        os.link(model, copy)
    except OSError:
        shutil.copyfile(model, copy)
