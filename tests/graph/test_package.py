"""The memory-mapped package: written, read, and damaged."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.errors import PackageError
from shopcam.graph.memory_map import memory_map
from shopcam.graph.package import (
    ALIGNMENT,
    GRAPH_REGION,
    PREFIX,
    package_written_whole,
    read_package,
    require_same,
    unpacked,
)
from shopcam.graphdef import protos, write_graph
from shopcam.graphdef.writer import serialize_graph
from tests.graphs import Builder


def write_model(path: Path, names: dict[str, int]) -> None:
    """A graph with a constant of as many floats as `names` say."""
    build = Builder()
    build.placeholder("input", 1, 4)
    last = "input"
    for index, (name, count) in enumerate(names.items()):
        values = np.arange(count, dtype=np.float32) + index
        build.constant(name, values)
        last = build.node(f"add{index}", "Add", last, name)
    build.node("softmax_1", "Softmax", last)
    write_graph(build.graph, path)


def packed(tmp_path: Path, names: dict[str, int], threshold: int = 10) -> Path:
    write_model(tmp_path / "legal.pb", names)
    target = tmp_path / "memmapped.pb"
    memory_map(
        tmp_path / "legal.pb",
        target,
        outputs=["softmax_1"],
        threshold_bytes=threshold,
    )
    return target


def test_a_package_unpacks_to_the_graph_that_it_was_made_of(
    tmp_path: Path,
) -> None:
    target = packed(tmp_path, {"big": 5000, "medium": 20, "small": 2})
    package = read_package(target)
    ops = {node.name: node.op for node in package.graph.proto.node}
    assert ops["big"] == ops["medium"] == "ImmutableConst"
    assert ops["small"] == "Const"
    again = unpacked(package)
    original = (tmp_path / "legal.pb").read_bytes()
    values = protos.GraphDef.FromString(original)
    assert {node.name: node.op for node in again.proto.node} == {
        node.name: node.op for node in values.node
    }
    named = {node.name: node for node in again.proto.node}
    np.testing.assert_array_equal(
        again.constant(named["big"]), np.arange(5000, dtype=np.float32)
    )


def test_a_package_is_held_against_the_graph_it_was_made_of(
    tmp_path: Path,
) -> None:
    target = packed(tmp_path, {"big": 5000, "small": 2})
    require_same(target, tmp_path / "legal.pb")
    data = bytearray(target.read_bytes())
    data[4 * 4321] ^= 1
    target.write_bytes(bytes(data))
    with pytest.raises(PackageError, match="big differs from legal"):
        require_same(target, tmp_path / "legal.pb")


def test_the_file_is_laid_out_as_the_runtime_reads_it(tmp_path: Path) -> None:
    """Checked from the format's description, not with our own reader."""
    data = packed(tmp_path, {"a": 100, "b": 33}).read_bytes()
    (offset,) = struct.unpack("<Q", data[-8:])
    directory = protos.MemmappedFileSystemDirectory.FromString(data[offset:-8])
    elements = list(directory.element)
    assert [element.name for element in elements] == [
        "memmapped_package://a",
        "memmapped_package://b",
        "memmapped_package://.",
    ]
    starts = [element.offset for element in elements]
    assert starts == sorted(starts)
    for element in elements[:-1]:
        assert element.offset % 64 == 0
    assert [element.length for element in elements[:2]] == [400, 132]
    last = elements[-1]
    assert last.offset + last.length == offset
    floats = np.frombuffer(data, np.float32, 100, elements[0].offset)
    np.testing.assert_array_equal(floats, np.arange(100))


def test_the_mapped_node_has_exactly_three_attributes(tmp_path: Path) -> None:
    package = read_package(packed(tmp_path, {"a": 100}))
    (node,) = (node for node in package.graph.proto.node if node.name == "a")
    assert set(node.attr) == {"dtype", "shape", "memory_region_name"}
    assert node.attr["memory_region_name"].s == b"memmapped_package://a"


def test_names_that_would_collide_get_regions_of_their_own(
    tmp_path: Path,
) -> None:
    names = {"a/b": 10, "a_b": 11, "a.b": 12, ".": 13}
    package = read_package(packed(tmp_path, names))
    assert len(package.regions) == 4
    assert GRAPH_REGION not in package.regions
    graph = unpacked(package)
    sizes = {
        node.name: graph.constant(node).size
        for node in graph.proto.node
        if node.op == "Const"
    }
    assert sizes == names


def test_the_threshold_counts_bytes(tmp_path: Path) -> None:
    package = read_package(packed(tmp_path, {"ten": 10, "nine": 9}, 40))
    assert set(package.regions) == {PREFIX + "ten"}


def test_a_repeated_value_is_mapped_at_its_full_size(tmp_path: Path) -> None:
    build = Builder()
    node = build.graph.proto.node.add(name="ones", op="Const")
    node.attr["dtype"].type = 1
    tensor = node.attr["value"].tensor
    tensor.dtype = 1
    tensor.tensor_shape.dim.add(size=3000)
    tensor.float_val.append(1.0)
    build.node("softmax_1", "Softmax", "ones")
    write_graph(build.graph, tmp_path / "legal.pb")
    memory_map(
        tmp_path / "legal.pb",
        tmp_path / "out.pb",
        outputs=["softmax_1"],
        threshold_bytes=10_000,
    )
    region = read_package(tmp_path / "out.pb").regions[PREFIX + "ones"]
    np.testing.assert_array_equal(np.frombuffer(region, np.float32), 1.0)


def test_quantized_constants_are_mapped_too(tmp_path: Path) -> None:
    build = Builder()
    node = build.graph.proto.node.add(name="q", op="Const")
    kind = protos.data_type("DT_QUINT8")
    node.attr["dtype"].type = kind
    tensor = node.attr["value"].tensor
    tensor.dtype = kind
    tensor.tensor_shape.dim.add(size=20_000)
    tensor.tensor_content = bytes(range(200)) * 100
    build.node("softmax_1", "Softmax", "q")
    (tmp_path / "legal.pb").write_bytes(serialize_graph(build.graph))
    result = memory_map(
        tmp_path / "legal.pb",
        tmp_path / "out.pb",
        outputs=["softmax_1"],
        threshold_bytes=10_000,
    )
    assert result.mapped_bytes == 20_000


@given(
    regions=st.dictionaries(
        st.text("abcdefghij_.", min_size=2, max_size=8),
        st.binary(min_size=1, max_size=300),
        max_size=6,
    )
)
def test_any_regions_come_back_aligned_and_whole(
    tmp_path_factory: pytest.TempPathFactory, regions: dict[str, bytes]
) -> None:
    path = tmp_path_factory.mktemp("package") / "p"
    build = Builder()
    build.constant("c", [1.0])
    with package_written_whole(path) as package:
        for name, data in regions.items():
            package.add_tensor(PREFIX + name, data)
        package.add(GRAPH_REGION, [serialize_graph(build.graph)])
    found = read_package(path).regions
    assert {
        name.removeprefix(PREFIX): bytes(data) for name, data in found.items()
    } == regions
    whole = path.read_bytes()
    for data in found.values():
        assert whole.find(bytes(data)) >= 0
    (offset,) = struct.unpack("<Q", whole[-8:])
    directory = protos.MemmappedFileSystemDirectory.FromString(whole[offset:-8])
    assert all(
        element.offset % ALIGNMENT == 0
        for element in directory.element
        if element.name != GRAPH_REGION
    )


@given(cut=st.integers(0, 2000))
def test_a_truncated_package_is_refused(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("package")
    path = packed(folder, {"a": 100, "b": 33})
    data = path.read_bytes()
    path.write_bytes(data[: min(cut, len(data) - 1)])
    with pytest.raises(PackageError):
        unpacked(read_package(path))


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_corrupted_byte_is_harmless_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    """Whatever byte is wrong, the reader answers or raises our errors."""
    from shopcam.errors import ShopcamError

    folder = tmp_path_factory.mktemp("package")
    path = packed(folder, {"a": 100, "b": 33})
    data = bytearray(path.read_bytes())
    data[place % len(data)] = value
    path.write_bytes(bytes(data))
    try:
        unpacked(read_package(path))
    except ShopcamError as error:
        assert error.found


def test_a_plain_graph_is_not_taken_for_a_package(tmp_path: Path) -> None:
    write_model(tmp_path / "legal.pb", {"a": 100})
    with pytest.raises(PackageError, match=r"a plain [.]pb is no package"):
        read_package(tmp_path / "legal.pb")
