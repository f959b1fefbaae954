"""Opens Keras files of every version; refuses those that hold code."""

import builtins
import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shopcam.errors import SourceError
from shopcam.export.file_kind import Kind, require_kind
from shopcam.export.keras_size import refuse_oversized

ARCHIVE, CONFIG = ".keras", "config.json"
HDF5_NAMES = (".h5", ".hdf5")
LARGEST_CONFIG_BYTES = 64 << 20
# Four values a weight: the optimizer keeps up to three beside it.
LARGEST_ARCHIVE_BYTES = 8 << 30
OWN_PACKAGES = ("keras", "tf_keras", "builtins")
CODE = frozenset(
    "Lambda __lambda__ ClassMethod TFSMLayer TorchModuleWrapper JaxLayer "
    "FlaxLayer".split()
)
# What a Functional model of Keras 2 may call by its TensorFlow name.
HARMLESS = re.compile(
    r"(tf\.)?(compat\.v[12]\.)?((nn|math|linalg|_*operators_*)\.\w+|image\."
    r"resize|reshape|concat|squeeze|expand_dims|transpose|identity|cast|stack"
    r"|split|pad|clip_by_value|shape|slice|strided_slice|unstack|tile|gather)"
)


def load_model(path: Path) -> Any:
    """The Keras model in a file: of Keras 3, or of tf_keras where that fails.

    Raises:
        SourceError: the file is no Keras model, or holds code.
    """
    kind = require_kind(path, "source.path", (Kind.ZIP, Kind.HDF5))
    require_name(path, kind)
    config = read_config(path, kind)
    refuse_code(config, path)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    refuse_oversized(config, path)
    try:
        return load_keras_3(path)
    except Exception as error:  # Keras raises whatever its layers raise
        return load_tf_keras(path, first_line(error))


def load_keras_3(path: Path) -> Any:
    """The model, opened by Keras 3 in safe mode."""
    import keras

    return keras.saving.load_model(path, compile=False, safe_mode=True)


def load_tf_keras(path: Path, refusal: str) -> Any:
    """The model, opened by Keras 2, which reads what TF 1 saved."""
    import tf_keras

    try:
        return tf_keras.models.load_model(path, compile=False)
    except Exception as error:  # tf_keras raises whatever its layers raise
        raise unloadable(
            path, f"Keras 3: {refusal}; tf_keras: {first_line(error)}"
        ) from error


def require_name(path: Path, kind: Kind) -> None:
    """Refuses a name that makes Keras take the file for another kind."""
    wanted = (ARCHIVE,) if kind is Kind.ZIP else HDF5_NAMES
    if path.suffix not in wanted:
        raise SourceError(
            "A Keras archive is named .keras, and an HDF5 file .h5.",
            f"{path.name} is {kind.value}",
            f"rename it to {path.with_suffix(wanted[0]).name}",
        )


def read_config(path: Path, kind: Kind) -> Any:
    """The model's description, as JSON; no weights are read.

    Raises:
        SourceError: there is none, or it is too large to be one.
    """
    try:
        text = archived_config(path) if kind is Kind.ZIP else hdf5_config(path)
        return json.loads(text)
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        RecursionError,
        ValueError,
    ) as error:
        if isinstance(error, SourceError):
            raise
        raise unloadable(path, first_line(error)) from None


def archived_config(path: Path) -> bytes:
    """config.json of a `.keras` archive."""
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
        config = archive.getinfo(CONFIG)
        if size > LARGEST_ARCHIVE_BYTES:
            raise too_large(path, size)
        if config.file_size > LARGEST_CONFIG_BYTES:
            raise too_large(path, config.file_size)
        return archive.read(config)


def hdf5_config(path: Path) -> str | bytes:
    """The attribute of an HDF5 file that describes the model."""
    import h5py

    with h5py.File(path, "r") as file:
        config: str | bytes | None = file.attrs.get("model_config")
    if config is None:
        raise SourceError(
            "A Keras file must hold the model, not its weights alone.",
            f"{path} has no model_config",
            "build the model in Python, load_weights, and save it as .keras",
        )
    return config


def refuse_code(config: Any, path: Path) -> None:
    """Raises for a description that asks for code of its own.

    Keras 3 refuses most of this in safe mode; tf_keras would run it.

    Raises:
        SourceError: names the layer.
    """
    for owner, part in objects(config, "the model"):
        name = str(part["class_name"])
        module = str(part.get("module") or "keras")
        if name in CODE or calls_anything(name, part.get("config")):
            raise code(path, owner, name)
        if module.split(".")[0] not in OWN_PACKAGES:
            raise custom(path, owner, f"{module}.{name}")
        if ">" in str(part.get("registered_name") or ""):
            raise custom(path, owner, str(part["registered_name"]))


def calls_anything(name: str, config: Any) -> bool:
    """Whether an object calls a function that is no network operation."""
    if name == "function":
        return hasattr(builtins, str(config))
    if name in ("TFOpLambda", "SlicingOpLambda"):
        called = config.get("function") if isinstance(config, dict) else ""
        return not HARMLESS.fullmatch(str(called))
    return False


def objects(config: Any, owner: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a description, with the layer that it belongs to."""
    waiting = [(owner, config)]
    while waiting:
        owner, part = waiting.pop()
        if isinstance(part, dict):
            if "class_name" in part:
                inner = part.get("config")
                named = inner.get("name") if isinstance(inner, dict) else None
                owner = str(part.get("name") or named or owner)
                yield owner, part
            waiting += [(owner, value) for value in part.values()]
        elif isinstance(part, list):
            waiting += [(owner, value) for value in part]


def first_line(error: Exception) -> str:
    """An exception as one line that fits into a message."""
    text = " ".join(str(error).partition("Full object config")[0].split())
    return f"{type(error).__name__}: {text[:300]}"


def code(path: Path, owner: str, name: str) -> SourceError:
    """The error for a layer that holds or calls code."""
    return SourceError(
        "A Keras file must hold a network and no code.",
        f"{path.name}: {owner} is a {name.strip('_')}",
        "write that layer with Keras's own layers and ops, or, if you trust "
        "the file, model.export it as a SavedModel",
    )


def custom(path: Path, owner: str, name: str) -> SourceError:
    """The error for a class that only the user's own code defines."""
    return SourceError(
        "A Keras file must be made of Keras's own layers.",
        f"{path.name}: {owner} is a {name}",
        "where that class is defined, model.export('folder'), and write "
        "source: {format: saved_model, path: folder}",
    )


def too_large(path: Path, size: int) -> SourceError:
    """The error for an archive that would unpack to more than any model."""
    return SourceError(
        f"A Keras archive unpacks to at most {LARGEST_ARCHIVE_BYTES} bytes.",
        f"{path}: {size} bytes",
        "a model for a phone is far smaller: check the file",
    )


def unloadable(path: Path, found: str) -> SourceError:
    """The error for a file that no Keras can open."""
    return SourceError(
        f"{path} must be a Keras model that Keras 3.15 or tf_keras opens.",
        found,
        "save it again with model.save, or model.export it as a SavedModel",
    )
