"""V2 checkpoints read in place hold what TensorFlow's own reader finds."""

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopcam.errors import SourceError
from shopcam.graphdef import protos
from shopcam.graphdef.graph import NUMPY_TYPES, Array
from shopcam.graphdef.wire import varint
from shopcam.toolchain.checkpoint import (
    files_of,
    read_checkpoint,
    read_with_tensorflow,
)
from shopcam.toolchain.table import MAGIC, TableError, masked_crc32c, read_table
from shopcam.toolchain.tensor_bundle import BundleCheckpoint, read_bundle
from shopcam.tools import CheckpointReader
from tests.toolchain.checkpoints import save

DEMO = Path(__file__).parents[2] / "models/demo/model.ckpt"
DATA = "model.data-00000-of-00001"
# SaveV2 takes a type's number from the fed array, so quantized ones differ
# from their integers only in the index, where `entry` below writes them.
KINDS = [t for name, t in NUMPY_TYPES.items() if not name.startswith("DT_Q")]
SHAPES = [(), (0,), (3, 0, 2), (1,), (65,), (2, 3, 5)]


def values_of_every_type() -> dict[str, Array]:
    numbers = np.random.default_rng(0).integers(0, 2, 1000)
    return {
        f"{np.dtype(kind).name}/{at}": numbers[: np.prod(shape, dtype=int)]
        .reshape(shape)
        .astype(kind)
        for kind in KINDS
        for at, shape in enumerate(SHAPES)
    }


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return save(tmp_path / "model", "SaveV2", values_of_every_type())


def opened(prefix: Path) -> BundleCheckpoint:
    reader = read_bundle(prefix)
    assert reader is not None
    return reader


def assert_same(found: CheckpointReader, wanted: CheckpointReader) -> None:
    assert found.names == wanted.names
    assert found.shapes == wanted.shapes
    assert found.dtypes == wanted.dtypes
    for name in wanted.names:
        ours, theirs = found.get_tensor(name), wanted.get_tensor(name)
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        assert ours.tobytes() == theirs.tobytes()


def assert_as_tensorflow_reads(prefix: Path) -> None:
    assert_same(opened(prefix), read_with_tensorflow(prefix, files_of(prefix)))


def test_every_type_and_shape_is_read_as_tensorflow_reads_it(
    checkpoint: Path,
) -> None:
    assert_as_tensorflow_reads(checkpoint)


def test_the_demo_is_read_as_tensorflow_reads_it() -> None:
    assert_as_tensorflow_reads(DEMO)


def test_an_index_of_several_blocks_is_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = {
        rng.bytes(100).hex(): np.array([at, -at], np.float32)
        for at in range(1500)
    }
    prefix = save(tmp_path / "model", "SaveV2", values)
    # TensorFlow begins a new block after 256 KiB.
    assert prefix.with_name("model.index").stat().st_size > 300_000
    assert_as_tensorflow_reads(prefix)


def test_values_are_read_only_and_not_copied(tmp_path: Path) -> None:
    values: dict[str, Array] = {"large": np.zeros(1000, np.float32)}
    prefix = save(tmp_path / "model", "SaveV2", values)
    found = opened(prefix).get_tensor("large")
    assert not found.flags.writeable
    with prefix.with_name(DATA).open("r+b") as stream:
        stream.write(np.float32(7).tobytes())
    assert found[0] == 7


@pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="asks Linux what is loaded"
)
def test_tensorflow_is_not_loaded() -> None:
    program = (
        "import sys, pathlib\n"
        "from shopcam.toolchain.checkpoint import read_checkpoint\n"
        "reader = read_checkpoint(pathlib.Path(sys.argv[1]))\n"
        "assert all(reader.get_tensor(n) is not None for n in reader.names)\n"
        "maps = pathlib.Path('/proc/self/maps').read_text()\n"
        "assert 'model.ckpt.data' in maps\n"
        "assert 'libtensorflow' not in maps and '_pywrap' not in maps\n"
    )
    subprocess.run([sys.executable, "-c", program, DEMO], check=True)


def test_a_missing_variable_is_named(checkpoint: Path) -> None:
    with pytest.raises(SourceError, match="must hold gone"):
        opened(checkpoint).get_tensor("gone")


def test_a_flipped_bit_of_a_small_value_is_refused(checkpoint: Path) -> None:
    data = checkpoint.with_name(DATA)
    data.write_bytes(bytes([data.read_bytes()[0] ^ 1]) + data.read_bytes()[1:])
    reader = opened(checkpoint)
    with pytest.raises(SourceError, match="Checksum does not match"):
        for name in reader.names:
            reader.get_tensor(name)


def test_a_crc32c_is_the_one_of_the_standard() -> None:
    # RFC 3720, B.4: 32 bytes of zeros.
    crc = 0x8A9136AA
    assert masked_crc32c(bytes(32)) == (
        ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    )


SMALL: dict[str, Array] = {
    "a/weights": np.arange(6, dtype=np.float32).reshape(2, 3),
    "a/zeros": np.zeros((0, 2), np.float32),
    "step": np.array(3, np.int64),
}


def test_a_damaged_index_gives_the_right_values_or_a_source_error(
    tmp_path: Path,
) -> None:
    prefix = save(tmp_path / "model", "SaveV2", SMALL)
    index = prefix.with_name("model.index")
    whole = index.read_bytes()
    wanted = {name: value.tolist() for name, value in SMALL.items()}
    damaged = [whole[:kept] for kept in range(len(whole))]
    for at in range(len(whole)):
        for mask in (1, 0x80, 0xFF):
            damaged.append(
                whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :]
            )
    refused = 0
    for content in damaged:
        index.write_bytes(content)
        try:
            reader = read_checkpoint(prefix)
            found = {n: reader.get_tensor(n).tolist() for n in reader.names}
        except SourceError:
            refused += 1
        else:
            assert found == wanted
    assert refused > len(damaged) // 2


def block(entries: dict[bytes, bytes], kind: int = 0) -> bytes:
    """A block without shared prefixes, and its trailer."""
    content = b"".join(
        b"\0" + varint(len(key)) + varint(len(value)) + key + value
        for key, value in entries.items()
    )
    return sealed(content + struct.pack("<II", 0, 1) + bytes([kind]))


def sealed(content: bytes) -> bytes:
    return content + struct.pack("<I", masked_crc32c(content))


def table(data: bytes, pointers: dict[bytes, bytes] | None = None) -> bytes:
    """A table of the data block `data`, which `pointers` name."""
    handles = block(pointers or {b"z": varint(0) + varint(len(data) - 5)})
    footer = varint(0) + varint(0)
    footer += varint(len(data)) + varint(len(handles) - 5)
    footer = footer.ljust(40, b"\0") + struct.pack("<Q", MAGIC)
    return data + handles + footer


def entry(**changes: Any) -> Any:
    """The entry of six float32 at the beginning of the data."""
    proto = protos.BundleEntryProto(
        **{"dtype": 1, "size": 24, "crc32c": 0} | changes
    )
    if not proto.HasField("shape"):
        proto.shape.dim.add(size=2)
        proto.shape.dim.add(size=3)
    return proto


def shape(*sizes: int) -> Any:
    proto = protos.TensorShapeProto()
    for size in sizes:
        proto.dim.add(size=size)
    return proto


def data_block(value: Any, kind: int, **header: Any) -> bytes:
    first = protos.BundleHeaderProto(**header)
    content = {b"": first.SerializeToString(), b"v": value.SerializeToString()}
    return block(content, kind)


def write(folder: Path, value: Any, kind: int = 0, **header: Any) -> Path:
    data = data_block(value, kind, **{"num_shards": 1} | header)
    (folder / "model.index").write_bytes(table(data))
    (folder / DATA).write_bytes(bytes(24))
    return folder / "model"


def test_a_table_written_here_is_read(tmp_path: Path) -> None:
    reader = opened(write(tmp_path, entry()))
    assert reader.shapes == {"v": (2, 3)}


@pytest.mark.parametrize("name", [n for n in NUMPY_TYPES if "DT_Q" in n])
def test_quantized_values_come_as_their_integers(
    tmp_path: Path, name: str
) -> None:
    kind = np.dtype(NUMPY_TYPES[name])
    count = 24 // kind.itemsize
    crc = masked_crc32c(bytes(24))
    number = protos.data_type(name)
    prefix = write(
        tmp_path, entry(dtype=number, shape=shape(count), crc32c=crc)
    )
    assert opened(prefix).get_tensor("v").dtype == kind
    assert opened(prefix).dtypes == {"v": number}


@pytest.mark.parametrize(
    "changes",
    [
        {"size": 23},
        {"size": 0},
        {"size": -24},
        {"offset": 1},
        {"offset": -1},
        {"offset": 2**62},
        {"shard_id": 1},
        {"shard_id": -1},
        {"dtype": 7},
        {"dtype": 20},
        {"dtype": 999},
        {"dtype": 2},
        {"shape": shape(-2, -3)},
        {"shape": shape(-1)},
        {"shape": shape(2**62, 2**62, 0), "size": 0},
        {"shape": shape(*[1] * 70, 6)},
        {"shape": shape(2**33, 2**33)},
        {"slices": [{"extent": [{"start": 0, "length": 2}]}]},
    ],
)
def test_what_does_not_fit_its_file_is_left_to_tensorflow(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    prefix = write(tmp_path, entry(**changes))
    assert read_bundle(prefix) is None


@pytest.mark.parametrize(
    "header",
    [
        {"endianness": 1},
        {"num_shards": 0},
        {"num_shards": 2},
        {"version": {"min_consumer": 2}},
        {"kind": 1},
    ],
)
def test_an_unusual_bundle_is_left_to_tensorflow(
    tmp_path: Path, header: dict[str, Any]
) -> None:
    assert read_bundle(write(tmp_path, entry(), **header)) is None


def test_a_block_named_twice_is_refused() -> None:
    data = block({})
    pointer = varint(0) + varint(len(data) - 5)
    with pytest.raises(TableError, match="overlap"):
        list(read_table(table(data, {b"a": pointer, b"b": pointer})))


def test_a_large_index_is_left_to_tensorflow(tmp_path: Path) -> None:
    prefix = write(tmp_path, entry())
    index = prefix.with_name("model.index")
    # Bytes between the blocks and the footer belong to nothing.
    for gap, readable in ((1 << 10, True), (1 << 20, False)):
        whole = index.read_bytes()
        index.write_bytes(whole[:-48] + bytes(gap) + whole[-48:])
        assert (read_bundle(prefix) is not None) == readable


def test_a_v1_checkpoint_is_left_to_tensorflow(tmp_path: Path) -> None:
    assert read_bundle(save(tmp_path / "old", "Save", SMALL)) is None


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(at=st.integers(0, 10**6), bits=st.integers(1, 255))
def test_a_lie_under_a_right_checksum_stays_inside_the_data(
    tmp_path: Path, at: int, bits: int
) -> None:
    prefix = write(tmp_path, entry())
    index = prefix.with_name("model.index")
    damaged = bytearray(data_block(entry(), 0, num_shards=1)[:-4])
    damaged[at % len(damaged)] ^= bits
    index.write_bytes(table(sealed(bytes(damaged))))
    if reader := read_bundle(prefix):
        for tensor in reader.tensors.values():
            assert tensor.nbytes <= 24
            assert not tensor.any()


@given(st.binary(max_size=200))
def test_random_bytes_are_no_table(content: bytes) -> None:
    for data in (content, content + struct.pack("<Q", MAGIC)):
        with pytest.raises(ValueError):
            list(read_table(data))


def test_brain_floats_need_no_alignment(tmp_path: Path) -> None:
    values: dict[str, Array] = {
        "a": np.array([True]),
        "b": np.array([0.5, -2], ml_dtypes.bfloat16),
        "c": np.array([1 + 2j], np.complex128),
    }
    reader = opened(save(tmp_path / "model", "SaveV2", values))
    for name, value in values.items():
        assert (reader.get_tensor(name) == value).all()
