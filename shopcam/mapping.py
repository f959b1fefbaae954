"""Files that are mapped into memory."""

import mmap


def forget_pages(buffer: object) -> None:
    """Takes the pages that were read of a mapped file off this process.

    What points into the file stays valid: the pages come back, mostly from
    the system's cache, where they are read again. A walk over a large file
    then costs the memory of its largest value instead of the whole.

    Args:
        buffer: a map; anything else is left alone.
    """
    if isinstance(buffer, mmap.mmap):
        buffer.madvise(mmap.MADV_DONTNEED)
