"""LevelDB's table format, as far as a checkpoint's index uses it.

Source: github.com/google/leveldb, doc/table_format.md and doc/log_format.md
(masked checksums). TensorFlow writes its indexes uncompressed; compressed
blocks are refused here.
"""

import struct
from collections.abc import Iterator

import google_crc32c

from shopcam.graphdef.wire import read_varint

MAGIC = 0xDB4775248B80FB57
FOOTER_BYTES = 48
TRAILER_BYTES = 5
UNCOMPRESSED = 0
CHUNK_BYTES = 1 << 20


class TableError(ValueError):
    """Bytes that are no uncompressed, undamaged table."""


def masked_crc32c(data: bytes | memoryview) -> int:
    """The CRC-32C of `data` as LevelDB and TensorFlow store it."""
    crc = 0
    for start in range(0, len(data), CHUNK_BYTES):
        # The package takes nothing but bytes: a megabyte at a time is copied.
        part = bytes(data[start : start + CHUNK_BYTES])
        crc = google_crc32c.extend(crc, part)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_table(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of the table `data`, keys strictly ascending.

    Raises:
        TableError: truncated, damaged, compressed, or no table.
        WireError: a number is damaged.
    """
    footer = len(data) - FOOTER_BYTES
    if footer < 0 or data[-8:] != struct.pack("<Q", MAGIC):
        raise TableError("no footer")
    _, _, metaindex_end = handle(data, footer)
    offset, size, _ = handle(data, metaindex_end)
    last, after = None, 0
    for _, value in block_entries(block_at(data, offset, size)):
        offset, size, _ = handle(value, 0)
        # Else a small file could name one block very often.
        if offset < after:
            raise TableError("blocks overlap")
        after = offset + size + TRAILER_BYTES
        for key, content in block_entries(block_at(data, offset, size)):
            if last is not None and key <= last:
                raise TableError("keys out of order")
            yield key, content
            last = key


def handle(data: bytes, position: int) -> tuple[int, int, int]:
    """Offset and size of a block, and the position after the two."""
    view = memoryview(data)
    offset, position = read_varint(view, position)
    size, position = read_varint(view, position)
    return offset, size, position


def block_at(data: bytes, offset: int, size: int) -> bytes:
    """The block's content, whose checksum is right."""
    end = offset + size
    if end + TRAILER_BYTES > len(data) - FOOTER_BYTES:
        raise TableError(f"a block ends at byte {end}, beyond the file")
    kind, crc = struct.unpack_from("<BI", data, end)
    if kind != UNCOMPRESSED:
        raise TableError(f"a block of compression type {kind}")
    if masked_crc32c(data[offset : end + 1]) != crc:
        raise TableError(f"the block at byte {offset} is damaged")
    return data[offset:end]


def block_entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of one block; each key leans on the last one.

    The restart points at the end serve searches, and are skipped.
    """
    if len(block) < 4:
        raise TableError("a block without restart points")
    restarts = int.from_bytes(block[-4:], "little")
    limit = len(block) - 4 * (restarts + 1)
    view, key, position = memoryview(block), b"", 0
    while position < limit:
        shared, position = read_varint(view, position)
        unshared, position = read_varint(view, position)
        length, position = read_varint(view, position)
        middle = position + unshared
        position = middle + length
        if shared > len(key) or position > limit:
            raise TableError("an entry leaves its block")
        key = key[:shared] + block[middle - unshared : middle]
        yield key, block[middle:position]
    if position != limit:
        raise TableError("a block is not filled by its entries")
