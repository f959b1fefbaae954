"""The memory-mapped package, byte by byte: its writer and its reader.

Format (tensorflow/core/util/memmapped_file_system.{h,cc,proto}):

    tensor regions, each aligned | GraphDef region | directory | 8 bytes

The last 8 bytes are the offset of the directory, little-endian. The
directory is a MemmappedFileSystemDirectory: name, offset and length of every
region in the order of their offsets. Two generations read it differently:
up to TF 1.13 a region ends where the next begins and `length` is ignored;
from 1.14 on `length` rules. Alignment is 32 bytes up to 1.8 and 64 after.
A package that is aligned to 64, in order and with lengths suits all of them.
"""

import contextlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from google.protobuf.message import DecodeError

from shopcam.artifact import written_whole
from shopcam.errors import PackageError
from shopcam.graphdef import Graph, protos, read_graph, wire
from shopcam.graphdef.graph import Array, Weights, set_constant, shape_of
from shopcam.graphdef.reader import parse_graph
from shopcam.mapping import forget_pages, map_file

PREFIX = "memmapped_package://"
GRAPH_REGION = PREFIX + "."
ALIGNMENT = 64
TRAILER = struct.Struct("<Q")
LARGEST_DIRECTORY_BYTES = 64 << 20


@contextlib.contextmanager
def package_written_whole(path: Path) -> Iterator["PackageWriter"]:
    """A writer whose package appears under `path` when the block succeeds.

    Raises:
        ToolError: the file cannot be written.
    """
    with written_whole(path) as stream:
        writer = PackageWriter(stream)
        yield writer
        writer.finish()


class PackageWriter:
    """Writes a package to `stream`, region by region."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.position = 0
        self.directory = protos.MemmappedFileSystemDirectory()

    def add_tensor(self, region: str, data: bytes | memoryview) -> None:
        """Adds the raw bytes of a tensor, aligned."""
        self.write(bytes(-self.position % ALIGNMENT))
        self.add(region, [data])

    def add(self, region: str, parts: Iterable[bytes | memoryview]) -> None:
        """Adds a region made of `parts`, where the last one ended."""
        start = self.position
        for part in parts:
            self.write(part)
        self.directory.element.add(
            name=region, offset=start, length=self.position - start
        )

    def finish(self) -> None:
        """Adds the directory and the trailer."""
        offset = self.position
        self.write(self.directory.SerializeToString(deterministic=True))
        self.write(TRAILER.pack(offset))

    def write(self, data: bytes | memoryview) -> None:
        """Appends bytes; those of a mapped file do not stay in memory."""
        self.stream.write(data)
        self.position += len(data)
        forget_pages(data)


@dataclass(frozen=True)
class Package:
    """A package in memory: its graph, and its tensor regions by name."""

    graph: Graph
    regions: dict[str, memoryview]


def read_package(path: Path) -> Package:
    """The package at `path`, memory-mapped and checked.

    Raises:
        PackageError: no such file, no package, truncated or damaged; the
            rule that it breaks is named.
    """
    if not path.is_file():
        raise damaged(path, "there is no such file")
    if path.stat().st_size <= TRAILER.size:
        raise damaged(path, f"it has {path.stat().st_size} bytes")
    data = memoryview(map_file(path))
    regions = read_regions(path, data)
    if GRAPH_REGION not in regions:
        raise damaged(path, "it holds no graph")
    try:
        graph = parse_graph(regions.pop(GRAPH_REGION))
    except (wire.WireError, DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, f"its graph is unreadable: {error}") from None
    if not graph.proto.node:
        raise damaged(path, "its graph has no nodes")
    return Package(graph, regions)


def read_regions(path: Path, data: memoryview) -> dict[str, memoryview]:
    """The regions by name, checked against the directory's rules."""
    (offset,) = TRAILER.unpack(data[-TRAILER.size :])
    end = len(data) - TRAILER.size
    if offset >= end or end - offset > LARGEST_DIRECTORY_BYTES:
        raise damaged(path, f"its directory would begin at byte {offset}")
    directory = protos.MemmappedFileSystemDirectory()
    try:
        directory.ParseFromString(bytes(data[offset:end]))
    except DecodeError:
        raise damaged(path, "its directory is unreadable") from None
    regions: dict[str, memoryview] = {}
    position = 0
    for element in directory.element:
        after = element.offset + element.length
        if element.offset < position or after > offset:
            raise damaged(path, f"{element.name} lies outside its place")
        if element.name in regions:
            raise damaged(path, f"two regions are named {element.name}")
        regions[element.name] = data[element.offset : after]
        position = after
    return regions


def unpacked(package: Package) -> Graph:
    """The package's graph with its regions as constants again.

    Raises:
        PackageError: a node reads a region that is missing, misaligned or
            of another size than the node's shape.
    """
    graph = package.graph
    for node in graph.proto.node:
        if node.op != "ImmutableConst":
            continue
        name = node.attr["memory_region_name"].s.decode()
        if name not in package.regions:
            raise damaged(Path(name), f"{node.name} reads a missing region")
        shape = shape_of(node.attr["shape"].shape, node.name)
        weights = Weights(node.attr["dtype"].type, shape, package.regions[name])
        try:
            value = weights.array()
        except ValueError:
            raise damaged(
                Path(name), f"{weights.nbytes} bytes for shape {list(shape)}"
            ) from None
        node.op = "Const"
        del node.attr["shape"], node.attr["memory_region_name"]
        node.attr["value"].tensor.dtype = weights.dtype
        set_constant(node, value, graph)
    return graph


def require_same(package: Path, legal: Path) -> None:
    """Checks that a package unpacks to the graph that it was made of.

    Node by node and byte by byte: then it answers as that graph does.

    Raises:
        PackageError: a node or a constant's content differs.
        GraphError: `legal` is no graph.
    """
    ours, theirs = unpacked(read_package(package)), read_graph(legal)
    names = [node.name for node in ours.proto.node]
    if names != [node.name for node in theirs.proto.node]:
        raise damaged(package, f"its nodes are not those of {legal.name}")
    for one, other in zip(ours.proto.node, theirs.proto.node, strict=True):
        if one.op != "Const" or other.op != "Const":
            same = one == other
        else:
            value, wanted = ours.constant(one), theirs.constant(other)
            same = (
                one.attr["dtype"].type == other.attr["dtype"].type
                and list(one.input) == list(other.input)
                and value.shape == wanted.shape
                and np.array_equal(as_bytes(value), as_bytes(wanted))
            )
        if not same:
            raise damaged(package, f"{one.name} differs from {legal.name}")
        ours.forget_pages(one)
        theirs.forget_pages(other)


def as_bytes(value: Array) -> Array:
    """A constant's bytes, among which NaN equals NaN."""
    return np.ascontiguousarray(value).reshape(-1).view(np.uint8)


def damaged(path: Path, found: str) -> PackageError:
    """The error for a file that is no memory-mapped package."""
    return PackageError(
        f"{path} must be a memory-mapped package.",
        found,
        "run graph.memory_map again; a plain .pb is no package",
    )
