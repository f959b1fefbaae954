"""Batches of decoded pictures, made ahead on several threads."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.buffers import Buffers
from shopcam.dataset.decode import (
    BrokenPicture,
    Corrupt,
    decode,
    decode_into,
)
from shopcam.dataset.images import ImageTable, ReadAhead, broken
from shopcam.dataset.plan import FILLING, Plan
from shopcam.pixels import Image, sampled

LOOKAHEAD = 3
# Pictures that a thread decodes before it looks for other work: at most so
# many, because work to look for costs; fewer where many threads share it.
LARGEST_PIECE = 64
PIECES_OF_THREAD = 3


@dataclass(frozen=True)
class Batch:
    """What one step takes, still to be mirrored and normalised.

    Attributes:
        images: (batch, height, width, 3) RGB in [0, 255]: uint8 or float32,
            the same in all batches of a supply. Filling and broken pictures
            are black.
        classes: (batch,) int32; 0 for filling.
        groups: (batch,) int32, as `Plan.groups`.
        mirrored: (batch,) bool, whether to mirror the image left to right.
        weights: (batch,) float32: 1, or 0 for filling and for a picture
            that is broken and skipped. A product may have no weight at all.
    """

    images: NDArray[np.uint8] | NDArray[np.float32]
    classes: NDArray[np.int32]
    groups: NDArray[np.int32]
    mirrored: NDArray[np.bool_]
    weights: NDArray[np.float32]


class Supply:
    """The batches of a plan, in order; decoded ahead while it is iterated.

    Use it as a context manager: leaving the block ends its threads.

    Args:
        table: whose rows the plan names.
        plan: an epoch, the rest of one, or a worker's part.
        size: height and width that the network wants.
        threads: how many decode.
        corrupt: whether a broken picture ends the run or gets weight 0.

    Attributes:
        dtype: of the images. uint8 where every picture of the source is
            known to have the network's size and none is cropped; float32
            elsewhere, sampled as `shopcam.pixels.sample` does.
        broken: where the pictures are that were skipped so far.
    """

    def __init__(
        self,
        table: ImageTable,
        plan: Plan,
        size: tuple[int, int],
        *,
        threads: int,
        corrupt: Corrupt,
    ) -> None:
        self.table = table
        self.plan = plan
        self.size = size
        self.corrupt = corrupt
        self.broken: list[str] = []
        is_exact = table.pictures.size == size and plan.crops is None
        self.dtype = np.dtype(np.uint8 if is_exact else np.float32)
        pictures = table.pictures
        self.ahead = pictures if isinstance(pictures, ReadAhead) else None
        self.buffers = Buffers((plan.batch, *size, 3), self.dtype)
        ahead = plan.batch * (LOOKAHEAD + 1)
        shared = ahead // (PIECES_OF_THREAD * threads)
        self.piece = max(1, min(LARGEST_PIECE, shared))
        self.workers = ThreadPoolExecutor(threads, "decode")

    def __enter__(self) -> "Supply":
        return self

    def __exit__(self, *exception: object) -> None:
        self.workers.shutdown(wait=True, cancel_futures=True)

    def __len__(self) -> int:
        """The number of batches."""
        return len(self.plan)

    def __iter__(self) -> Iterator[Batch]:
        """The batches.

        Raises:
            CatalogueError: a picture is broken, and that is refused.
        """
        waiting: deque[tuple[Batch, list[Future[None]]]] = deque()
        for step in range(LOOKAHEAD):
            self.announce(step)
        for step in range(len(self.plan)):
            self.announce(step + LOOKAHEAD)
            waiting.append(self.begin(step))
            if len(waiting) > LOOKAHEAD:
                yield self.end(*waiting.popleft())
        while waiting:
            yield self.end(*waiting.popleft())

    def announce(self, step: int) -> None:
        """Asks the system for a step's pictures, if the plan has the step.

        On the threads that decode: a system call for each picture, made by
        the caller's thread, kept taking the interpreter from them, which
        cost 5% of the decoding.
        """
        if self.ahead and step < len(self.plan):
            rows = self.plan.rows[step]
            own = self.table.rows[rows[rows != FILLING]]
            self.workers.submit(self.ahead.announce, own)

    def begin(self, step: int) -> tuple[Batch, list[Future[None]]]:
        """A step's batch, and the work that fills it."""
        rows = self.plan.rows[step]
        is_real = rows != FILLING
        batch = Batch(
            images=self.buffers.take(),
            classes=np.where(is_real, self.table.classes[rows], 0),
            groups=self.plan.groups[step],
            mirrored=self.plan.mirrored[step],
            weights=is_real.astype(np.float32),
        )
        return batch, [
            self.workers.submit(self.fill, batch, step, start)
            for start in range(0, len(rows), self.piece)
        ]

    def end(self, batch: Batch, work: list[Future[None]]) -> Batch:
        """The batch, once it is filled."""
        # Woken once and not by every piece, which costs the threads time.
        wait(work)
        for future in work:
            future.result()
        return batch

    def fill(self, batch: Batch, step: int, start: int) -> None:
        """Decodes a piece of a step into its batch."""
        rows = self.plan.rows[step, start : start + self.piece]
        own_rows = self.table.rows[rows].tolist()
        pairs = zip(rows.tolist(), own_rows, strict=True)
        for place, (row, own) in enumerate(pairs, start):
            if row == FILLING:
                batch.images[place] = 0
                continue
            try:
                self.put(batch.images[place], own, step, place)
            except BrokenPicture as error:
                where = self.table.pictures.where(own)
                if self.corrupt == "refuse":
                    raise broken(where, error) from None
                self.broken.append(f"{where}: {error}")
                batch.images[place] = 0
                batch.weights[place] = 0

    def put(self, target: NDArray, row: int, step: int, place: int) -> None:
        """Decodes one picture into its place."""
        content = self.table.pictures.read(row)
        if self.dtype == np.uint8:
            image = decode_into(content, target)
            if image is not target:
                target[:] = self.fitted(image)
            return
        image = decode(content)
        if self.plan.crops is not None:
            draws = self.plan.crops[step, place]
            image = cropped(image, draws, self.plan.least_share)
        target[:] = sampled(image, *self.size)

    def fitted(self, image: Image) -> Image:
        """A picture in the network's size, which most have.

        Not one that its EXIF turned, nor a PNG, whose size no index holds.
        """
        if image.shape[:2] == self.size:
            return image
        return np.rint(sampled(image, *self.size)).astype(np.uint8)


def cropped(
    image: Image, draws: NDArray[np.uint16], least_share: float
) -> Image:
    """A part of the image anywhere, its share of height and width drawn.

    Args:
        draws: (3,) uint16, the share between the least and 1, top and left.
    """
    share, down, across = (int(each) / (1 << 16) for each in draws)
    share = least_share + (1 - least_share) * share
    height, width = (max(1, round(share * side)) for side in image.shape[:2])
    top = int(down * (image.shape[0] - height + 1))
    left = int(across * (image.shape[1] - width + 1))
    return image[top : top + height, left : left + width]
