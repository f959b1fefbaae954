"""Files that are missing, empty, truncated, damaged or of another kind."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from google.protobuf import text_format
from hypothesis import given
from hypothesis import strategies as st

from shopcam.errors import GraphError, ShopcamError, SourceError
from shopcam.export.file_kind import Kind, file_kind
from shopcam.graphdef import protos, write_graph
from shopcam.graphdef.graph import Array
from tests.export.helpers import assert_same_answers, export_card, export_source
from tests.graphs import Builder
from tests.sources import Source, unpack, write_card

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e23"
    "93\nsize 12345\n"
)


def tiny_graph(path: Path) -> Path:
    """A frozen graph of two nodes and one large constant."""
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    build.constant("weights", np.arange(1536.0).reshape(8, 8, 24))
    build.constant("axes", [1, 2], np.int32)
    build.node("softmax_1", "Neg", "x")
    write_graph(build.graph, path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of every kind."""
    folder = tmp_path_factory.mktemp("kinds")
    tiny_graph(folder / "graph.pb")
    (folder / "graph.pbtxt").write_text('node {\n  name: "x"\n  op: "Abs"\n}\n')
    for case in ("training", "saved", "queue"):
        unpack(folder / case, case, {})
    shutil.move(folder / "training/model.ckpt.meta", folder / "meta.meta")
    shutil.move(folder / "training/model.ckpt.index", folder / "c.index")
    shutil.move(folder / "queue/model.ckpt", folder / "v1.ckpt")
    shutil.move(folder / "saved/saved_model/saved_model.pb", folder / "sm.pb")
    with h5py.File(folder / "weights.h5", "w") as file:
        file["kernel"] = np.ones(3)
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    (folder / "empty").touch()
    (folder / "pointer").write_text(POINTER)
    (folder / "page.html").write_text("<!DOCTYPE html>\n<html>Sign in</html>")
    (folder / "model.tflite").write_bytes(b"\x1c\0\0\0TFL3" + bytes(40))
    (folder / "noise").write_bytes(bytes(range(255, 100, -1)) * 9)
    return folder


KINDS = {
    "graph.pb": Kind.GRAPH,
    "graph.pbtxt": Kind.GRAPH_TEXT,
    "meta.meta": Kind.META_GRAPH,
    "c.index": Kind.CHECKPOINT,
    "v1.ckpt": Kind.CHECKPOINT,
    "sm.pb": Kind.SAVED_MODEL,
    "weights.h5": Kind.HDF5,
    "archive.zip": Kind.ZIP,
    "empty": Kind.EMPTY,
    "pointer": Kind.LFS_POINTER,
    "page.html": Kind.HTML,
    "model.tflite": Kind.TFLITE,
    "noise": Kind.UNKNOWN,
    "saved": Kind.FOLDER,
    "absent": Kind.MISSING,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_known_by_its_bytes(files: Path, name: str) -> None:
    assert file_kind(files / name) is KINDS[name]


@pytest.mark.parametrize(
    ("source", "fits"),
    [
        ({"format": "frozen"}, ("graph.pb", "graph.pbtxt")),
        ({"format": "keras"}, ()),
        ({"format": "saved_model"}, ()),
    ],
)
@pytest.mark.parametrize("name", KINDS)
def test_another_kind_is_refused_by_name(
    files: Path,
    tmp_path: Path,
    name: str,
    source: dict[str, Any],
    fits: tuple[str, ...],
) -> None:
    if name in fits:
        return
    card = write_card(tmp_path, {**source, "path": str(files / name)})
    with pytest.raises(SourceError) as caught:
        export_card(card)
    assert name in caught.value.found
    assert caught.value.next_step


def message(folder: Path, source: dict[str, Any]) -> str:
    """What export says of a source that it cannot use."""
    with pytest.raises(ShopcamError) as caught:
        export_card(write_card(folder, source))
    return str(caught.value)


def test_messages_say_which_format_the_file_wants(
    files: Path, tmp_path: Path
) -> None:
    def said(source: str, name: str) -> str:
        path = str(files / name)
        return message(tmp_path, {"format": source, "path": path})

    assert "format: saved_model" in said("frozen", "sm.pb")
    assert "format: frozen" in said("saved_model", "graph.pb")
    assert "format: keras" in said("frozen", "weights.h5")
    assert "git lfs pull" in said("frozen", "pointer")
    assert "git lfs pull" in said("keras", "pointer")
    assert "a web page" in said("frozen", "page.html")


def test_hdf5_named_keras_is_to_be_renamed(files: Path, tmp_path: Path) -> None:
    shutil.copy(files / "weights.h5", tmp_path / "model.keras")
    said = message(tmp_path, {"format": "keras", "path": "model.keras"})
    assert "model.keras is an HDF5 file" in said
    assert "rename it to model.h5" in said


def test_weights_alone_are_no_keras_model(files: Path, tmp_path: Path) -> None:
    path = str(files / "weights.h5")
    said = message(tmp_path, {"format": "keras", "path": path})
    assert "has no model_config" in said
    assert "load_weights" in said


def test_an_archive_without_a_model_is_no_keras_model(
    files: Path, tmp_path: Path
) -> None:
    shutil.copy(files / "archive.zip", tmp_path / "model.keras")
    said = message(tmp_path, {"format": "keras", "path": "model.keras"})
    assert "config.json" in said


# Checkpoints ----------------------------------------------------------------


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """The folder of a TF 1.8 training."""
    unpack(tmp_path, "training", {})
    return tmp_path


@pytest.mark.parametrize(
    "named",
    [
        "model.ckpt",
        "model.ckpt.index",
        "model.ckpt.meta",
        "model.ckpt.data-00000-of-00001",
        ".",
    ],
)
def test_a_checkpoint_may_be_named_by_any_of_its_files(
    trained: Path, named: str
) -> None:
    card = write_card(
        trained, {"format": "tf1", "checkpoint": named, "output": "probs"}
    )
    assert export_card(card).result.checkpoint == trained / "model.ckpt"


def test_a_moved_folder_still_has_its_latest_checkpoint(trained: Path) -> None:
    (trained / "checkpoint").write_text(
        'model_checkpoint_path: "/gone/model.ckpt"\n'
        'all_model_checkpoint_paths: "/gone/model.ckpt"\n'
    )
    card = write_card(
        trained, {"format": "tf1", "checkpoint": ".", "output": "probs"}
    )
    assert export_card(card).result.checkpoint == trained / "model.ckpt"


@pytest.mark.parametrize("state", [None, "", "nothing: 1\n"])
def test_a_folder_that_names_no_checkpoint_is_reported(
    trained: Path, state: str | None
) -> None:
    (trained / "checkpoint").unlink()
    if state is not None:
        (trained / "checkpoint").write_text(state)
    said = message(trained, {"format": "tf1", "checkpoint": "."})
    assert "model.ckpt" in said or "no model_checkpoint_path" in said


def test_a_meta_graph_may_be_text(trained: Path) -> None:
    path = trained / "model.ckpt.meta"
    meta = protos.MetaGraphDef.FromString(path.read_bytes())
    path.write_text(text_format.MessageToString(meta))
    card = write_card(
        trained, {"format": "tf1", "checkpoint": ".", "output": "probs"}
    )
    assert export_card(card).removed >= {"is_training"}


def test_a_damaged_text_is_reported(tmp_path: Path) -> None:
    (tmp_path / "graph.pbtxt").write_text('node {\n  nane: "x"\n}\n')
    said = message(tmp_path, {"format": "frozen", "path": "graph.pbtxt"})
    assert "graph.pbtxt must be a GraphDef" in said
    assert "nane" in said


def test_a_misspelt_checkpoint_is_answered_with_those_there(
    trained: Path,
) -> None:
    said = message(trained, {"format": "tf1", "checkpoint": "modle.ckpt"})
    assert "checkpoints there: model.ckpt" in said


def test_a_checkpoint_without_a_graph_asks_for_one(trained: Path) -> None:
    (trained / "model.ckpt.meta").unlink()
    said = message(trained, {"format": "tf1", "checkpoint": "model.ckpt"})
    assert "the card names none" in said
    assert "source.graph or source.meta_graph" in said


def test_values_that_git_lfs_has_not_fetched_are_reported(
    trained: Path,
) -> None:
    (trained / "model.ckpt.data-00000-of-00001").write_text(POINTER)
    said = message(trained, {"format": "tf1", "checkpoint": "model.ckpt"})
    assert "model.ckpt.data-00000-of-00001 is a Git LFS pointer" in said
    assert "git lfs pull" in said


@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001", "meta"])
@pytest.mark.parametrize("keep", [0, 50])
def test_a_truncated_part_is_reported(
    trained: Path, suffix: str, keep: int
) -> None:
    path = trained / f"model.ckpt.{suffix}"
    path.write_bytes(path.read_bytes()[:keep])
    if suffix.startswith("data") and keep:
        return  # the values are read by freeze, which tells
    message(trained, {"format": "tf1", "checkpoint": "model.ckpt"})


def test_a_checkpoint_of_another_graph_is_reported(trained: Path) -> None:
    unpack(trained / "other", "averaged", {})
    said = message(
        trained,
        {
            "format": "tf1",
            "checkpoint": "other/model.ckpt",
            "meta_graph": "model.ckpt.meta",
            "output": "probs",
        },
    )
    assert "no value for" in said
    assert "give the checkpoint that belongs to this graph" in said


# SavedModels ----------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The folder around a SavedModel of TF 1.8."""
    unpack(tmp_path, "saved", {})
    return tmp_path


def saved_model(**keys: Any) -> dict[str, Any]:
    """A SavedModel as a card names it."""
    return {"format": "saved_model", "path": "saved_model", **keys}


def test_the_file_of_a_saved_model_stands_for_its_folder(saved: Path) -> None:
    card = write_card(saved, saved_model(path="saved_model/saved_model.pb"))
    assert export_card(card)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"tags": ["train"]}, "has [serve]; the card says [train]"),
        ({"signature": "predict"}, "serving_default; the card says predict"),
        ({"output": "probs_"}, "has scores, and no probs_"),
        ({"path": "."}, "A SavedModel is a folder with saved_model.pb in it"),
    ],
)
def test_what_a_saved_model_lacks_is_reported(
    saved: Path, keys: dict[str, Any], says: str
) -> None:
    assert says in message(saved, saved_model(**keys))


def test_a_signature_is_named_by_key_or_by_node(saved: Path) -> None:
    for output in ("scores", "probs", "probs:0"):
        assert export_card(write_card(saved, saved_model(output=output)))


def test_a_node_beside_the_signature_can_be_the_output(saved: Path) -> None:
    card = write_card(saved, saved_model(output="dense/BiasAdd"))
    assert "no Softmax but BiasAdd" in export_card(card).result.notes[0]


def test_a_saved_model_may_be_text(saved: Path) -> None:
    binary = saved / "saved_model" / "saved_model.pb"
    model = protos.SavedModel.FromString(binary.read_bytes())
    text = text_format.MessageToString(model)
    binary.with_suffix(".pbtxt").write_text(text)
    binary.unlink()
    source = Source(saved, saved_model(), **load_answers(saved))
    assert_same_answers(export_source(source), source)


def load_answers(folder: Path) -> dict[str, Array]:
    """The images of a fixture, and what TensorFlow 1.8 answered."""
    with np.load(folder / "answers.npz") as made:
        return dict(made)


def test_a_saved_model_without_its_values_is_reported(saved: Path) -> None:
    shutil.rmtree(saved / "saved_model" / "variables")
    assert "is a variable" in message(saved, saved_model())


# Damage ---------------------------------------------------------------------


@given(data=st.data())
def test_a_damaged_graph_is_exported_or_refused_never_a_traceback(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damage(data, tmp_path_factory, "training", "model.ckpt.meta")


@given(data=st.data())
def test_a_damaged_saved_model_is_exported_or_refused_never_a_traceback(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damage(data, tmp_path_factory, "saved", "saved_model/saved_model.pb")


CARDS = {
    "training": {
        "format": "tf1",
        "checkpoint": "model.ckpt",
        "output": "probs",
    },
    "saved": saved_model(),
}


def damage(
    data: st.DataObject,
    factory: pytest.TempPathFactory,
    case: str,
    name: str,
) -> None:
    """Flips bytes of one file and exports."""
    folder = factory.mktemp("damaged")
    source = unpack(folder, case, CARDS[case])
    content = bytearray((folder / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    (folder / name).write_bytes(content)
    try:
        export_source(source)
    except (SourceError, GraphError):
        pass
    finally:
        shutil.rmtree(folder)
