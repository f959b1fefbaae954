"""Files that are mapped into memory."""

import mmap
import os
from pathlib import Path

Mapped = mmap.mmap | bytes


def map_file(path: Path) -> Mapped:
    """The bytes of a file, mapped; an empty one, which cannot be, as b"".

    The map lives as long as anything points into it.

    Raises:
        OSError: the file cannot be read.
    """
    with open(path, "rb") as stream:
        if not os.fstat(stream.fileno()).st_size:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def forget_pages(data: object) -> None:
    """Takes the pages that were read of a mapped file off this process.

    What points into the file stays valid: the pages come back, mostly from
    the system's cache, where they are read again. A walk over a large file
    then costs the memory of its largest value instead of the whole.

    Args:
        data: a map, or a view of one; anything else is left alone.
    """
    if isinstance(data, memoryview):
        data = data.obj
    if isinstance(data, mmap.mmap):
        data.madvise(mmap.MADV_DONTNEED)
