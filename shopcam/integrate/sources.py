"""The files that a card's source consists of, and what to do without them."""

from pathlib import Path

from shopcam.card import Card, FrozenSource, KerasSource, Tf1Source
from shopcam.errors import SourceError
from shopcam.integrate.versions import files_below
from shopcam.paths import MODELS, shown


def source_files(card: Card) -> tuple[Path, ...]:
    """Every file that the source's answers depend on.

    Raises:
        SourceError: a part of the source is missing; says how to bring it,
            how to train one, and how to rehearse without.
    """
    missing = [path for path in named_files(card) if not exists(path)]
    if missing:
        raise no_source(card, missing[0])
    source = card.source
    if isinstance(source, KerasSource | FrozenSource):
        return (card.resolve(source.path),)
    if isinstance(source, Tf1Source):
        found = [path for path in named_files(card) if path.is_file()]
        return tuple(sorted({*found, *checkpoint_files(card, source)}))
    path = card.resolve(source.path)
    return tuple(files_below(path if path.is_dir() else path.parent))


def named_files(card: Card) -> tuple[Path, ...]:
    """The paths that the card names as its source."""
    source = card.source
    if isinstance(source, Tf1Source):
        named = (source.checkpoint, source.graph, source.meta_graph)
        return tuple(card.resolve(path) for path in named if path)
    return (card.resolve(source.path),)


def exists(path: Path) -> bool:
    """Whether a file, a folder or a checkpoint prefix is there."""
    return path.exists() or any(path.parent.glob(f"{path.name}.*"))


def checkpoint_files(card: Card, source: Tf1Source) -> list[Path]:
    """The files of a V1 or V2 checkpoint, and a MetaGraph beside it."""
    prefix = card.resolve(source.checkpoint)
    if prefix.is_dir():
        return files_below(prefix)
    name = prefix.name
    for suffix in (".index", ".meta"):
        name = name.removesuffix(suffix)
    name = name.partition(".data-")[0]
    found = [prefix.with_name(name), *prefix.parent.glob(f"{name}.*")]
    return [path for path in found if path.is_file()]


def no_source(card: Card, missing: Path) -> SourceError:
    """The error for a card without its checkpoint: three ways on."""
    is_ours = card.folder.parent == MODELS
    model = card.name if is_ours else shown(card.path)
    ways = [f"bring one: put the trained model at {shown(missing)}"]
    if card.recipe:
        ways += [
            f"or train one: fab train --model={model}",
            f"or rehearse: fab integrate --model={model} --untrained",
        ]
    return SourceError(
        f"{card.name} needs the trained model that its card names.",
        f"{shown(missing)} does not exist",
        "\n         ".join(ways),
    )
