"""Checkpoints written by TensorFlow's own ops are read, damaged ones not."""

import shutil
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from shopcam.errors import SourceError
from shopcam.graphdef import protos
from shopcam.graphdef.graph import Array, data_type_of
from shopcam.toolchain.checkpoint import read_checkpoint
from shopcam.tools import CheckpointReader
from shopcam.verify.session import Session
from tests.toolchain.checkpoints import save, saver

DATA = "model.data-00000-of-00001"

VALUES: dict[str, Array] = {
    "conv/weights": np.linspace(-1, 1, 9 * 2000, dtype=np.float32).reshape(
        3, 3, 2000
    ),
    "global_step": np.array(42, np.int64),
    "none": np.zeros((0, 3), np.float32),
    "flag": np.array([True, False]),
    "double": np.array([[1.5, -2.5]]),
    "byte": np.array([1, 2, 255], np.uint8),
}
ONLY_V2: dict[str, Array] = {
    "half": np.array([0.5, -1], np.float16),
    "brain": np.array([0.5, -1], ml_dtypes.bfloat16),
    "long": np.array([2**63], np.uint64),
    "complex": np.array([1 + 2j], np.complex64),
}


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return save(tmp_path / "model", "SaveV2", VALUES | ONLY_V2)


def assert_holds(reader: CheckpointReader, values: dict[str, Array]) -> None:
    assert reader.names == tuple(sorted(values))
    assert reader.shapes == {name: v.shape for name, v in values.items()}
    assert reader.dtypes == {n: data_type_of(v) for n, v in values.items()}
    for name, value in values.items():
        found = reader.get_tensor(name)
        assert isinstance(found, np.ndarray)
        assert (found.dtype, found.shape) == (value.dtype, value.shape)
        assert found.tobytes() == value.tobytes()


def test_every_numeric_type_of_a_v2_checkpoint_is_read(
    checkpoint: Path,
) -> None:
    assert_holds(read_checkpoint(checkpoint), VALUES | ONLY_V2)


def test_a_v1_checkpoint_is_read(tmp_path: Path) -> None:
    assert_holds(
        read_checkpoint(save(tmp_path / "old", "Save", VALUES)), VALUES
    )


def test_a_missing_variable_is_named(checkpoint: Path) -> None:
    with pytest.raises(SourceError, match=r"must hold conv/biases"):
        read_checkpoint(checkpoint).get_tensor("conv/biases")


@pytest.mark.parametrize("given", ["gone", "model.index", DATA, "."])
def test_a_path_that_is_no_prefix_says_what_to_give(
    checkpoint: Path, given: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read_checkpoint(checkpoint.parent / given)
    assert "without .index" in caught.value.next_step


@pytest.mark.parametrize("kept", [0, 20, 200])
def test_a_truncated_index_is_refused(checkpoint: Path, kept: int) -> None:
    index = checkpoint.with_name("model.index")
    index.write_bytes(index.read_bytes()[:kept])
    with pytest.raises(SourceError, match="sstable"):
        read_checkpoint(checkpoint)


def test_a_flipped_bit_of_the_index_is_refused(checkpoint: Path) -> None:
    index = checkpoint.with_name("model.index")
    damaged = bytearray(index.read_bytes())
    damaged[60] ^= 1
    index.write_bytes(damaged)
    with pytest.raises(SourceError, match=r"corrupt"):
        read_checkpoint(checkpoint)


def test_truncated_data_is_refused_again_and_again(checkpoint: Path) -> None:
    data = checkpoint.with_name(DATA)
    data.write_bytes(data.read_bytes()[: 40 * 1000])
    reader = read_checkpoint(checkpoint)
    # TensorFlow's reader ends the process at the second read after a failure.
    for _ in range(2):
        with pytest.raises(SourceError, match="conv/weights"):
            reader.get_tensor("conv/weights")
    with pytest.raises(SourceError, match="conv/weights"):
        reader.get_tensor("global_step")


def test_a_flipped_bit_of_the_data_is_refused(checkpoint: Path) -> None:
    data = checkpoint.with_name(DATA)
    damaged = bytearray(data.read_bytes())
    damaged[-9] ^= 1
    data.write_bytes(damaged)
    reader = read_checkpoint(checkpoint)
    with pytest.raises(SourceError, match="Checksum does not match"):
        for name in reader.names:
            reader.get_tensor(name)


def test_a_shape_larger_than_the_files_takes_no_memory(
    checkpoint: Path,
) -> None:
    checkpoint.with_name(DATA).write_bytes(b"short")
    with pytest.raises(SourceError, match="in files of 5 bytes"):
        read_checkpoint(checkpoint).get_tensor("conv/weights")


def test_a_missing_data_file_is_refused_at_once(checkpoint: Path) -> None:
    checkpoint.with_name(DATA).unlink()
    with pytest.raises(SourceError, match="0 of 1 data files"):
        read_checkpoint(checkpoint)


def test_a_missing_shard_is_counted(checkpoint: Path) -> None:
    shard = checkpoint.with_name("model.data-00001-of-00003")
    shutil.move(checkpoint.with_name(DATA), shard)
    with pytest.raises(SourceError, match="1 of 3 data files"):
        read_checkpoint(checkpoint)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint" * 100])
def test_a_file_that_is_no_checkpoint_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "model.ckpt"
    file.write_bytes(content)
    with pytest.raises(SourceError, match="sstable"):
        read_checkpoint(file)


def test_a_truncated_v1_checkpoint_is_refused(tmp_path: Path) -> None:
    file = save(tmp_path / "old", "Save", VALUES)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(SourceError):
        read_checkpoint(file)


def test_strings_come_as_bytes(tmp_path: Path) -> None:
    graph = saver("SaveV2", {"words": np.zeros(2, np.float32)})
    graph.proto.node[-1].attr["dtype"].type = protos.data_type("DT_STRING")
    graph.proto.node[0].attr["dtypes"].list.type[:] = [7]
    with Session(graph) as session:
        session.run_target(
            ["save"],
            {
                "prefix": np.array(str(tmp_path / "model")),
                "names": np.array(["words"]),
                "slices": np.array([""]),
                "v0": np.array([b"a\xff", b""], object),
            },
        )
    found = read_checkpoint(tmp_path / "model").get_tensor("words")
    assert found.tolist() == [b"a\xff", b""]
