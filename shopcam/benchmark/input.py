"""benchmark.input: how fast pictures come out of a large catalogue.

shopcam's reader, shuffled over the whole file, against the decoder alone on
the same cores, TensorFlow's decoder, and the usual way; in turn, so that what
else the machine does falls on all of them.
"""

import contextlib
import importlib.util
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.benchmark.integrate import command
from shopcam.dataset.draw import Drawing, draw
from shopcam.dataset.workers import cores
from shopcam.errors import ToolError, UsageError
from shopcam.progress import Progress, silent

WAYS = ("decoder", "reader", "tensorflow", "usual")
DECODER, READER, TENSORFLOW = WAYS[:3]
NAMES = {
    "decoder": "simplejpeg alone, from memory",
    "reader": "shopcam's reader, shuffled",
    "tensorflow": "TensorFlow's decoder, from memory",
    "usual": "pymongo and Pillow, in order",
}
# A drawn product in the file, 1.7 pictures of 6 kB each.
PRODUCT_BYTES = 10_300
POOL = 1000
MOST_GIGABYTES = 1000
# Some seconds of each way in each round.
IMAGES = 40_000


@dataclass(frozen=True)
class Rate:
    """One way: medians over the rounds.

    Attributes:
        per_second: images.
        of_simplejpeg: of what simplejpeg alone decoded in the same round.
        of_tensorflow: of what TensorFlow's decoder did.
    """

    name: str
    per_second: float
    of_simplejpeg: float
    of_tensorflow: float


@dataclass(frozen=True)
class Epoch:
    """The reader over every picture of the file, once.

    Attributes:
        per_second: images.
        anonymous_bytes: the process's own memory after the first batches,
            and at the end.
        resident_bytes: likewise, with the pages of the index's files.
    """

    images: int
    per_second: float
    anonymous_bytes: tuple[int, int]
    resident_bytes: tuple[int, int]


@dataclass(frozen=True)
class InputBenchmark:
    """All ways, on one file."""

    size_bytes: int
    threads: int
    rounds: int
    rates: tuple[Rate, ...]
    epoch: Epoch


def benchmark_input(
    *,
    gigabytes: float = 5.0,
    rounds: int = 5,
    threads: int = 2,
    images: int = IMAGES,
    progress: Progress = silent,
) -> InputBenchmark:
    """Images a second of each way, and the reader's memory over an epoch.

    The file is drawn into the system's folder for such things and removed.
    What is measured is decoding and reading from the system's cache, if that
    holds the file; else the disk, too.

    Args:
        gigabytes: the file's size.
        rounds: how often each way runs, in turn.
        threads: how many decode; all ways but the usual one, which has one.
        images: how many each way reads in a round.
        progress: told the products drawn.

    Raises:
        UsageError: numbers that nothing can be measured with.
        ToolError: pymongo is missing, or a measured program failed.
    """
    refuse_strange_numbers(gigabytes, rounds, threads)
    require_pymongo()
    with drawn_file(gigabytes, progress) as path:
        found = [one_round(path, images, threads) for _ in range(rounds)]
        whole = run(READER, path, 1 << 40, threads)
        return InputBenchmark(
            size_bytes=path.stat().st_size,
            threads=threads,
            rounds=rounds,
            rates=tuple(rate_of(way, found) for way in WAYS),
            epoch=epoch_of(whole),
        )


def refuse_strange_numbers(gigabytes: float, rounds: int, threads: int) -> None:
    """Raises for what nothing can be measured with."""
    if not 0 < gigabytes <= MOST_GIGABYTES or rounds < 1:
        raise UsageError(
            "A file of some gigabytes is read in at least one round.",
            f"gigabytes={gigabytes} rounds={rounds}",
            "fab benchmark.input:gigabytes=5,rounds=5",
        )
    if not 1 <= threads <= cores():
        raise UsageError(
            f"There are 1 to {cores()} cores to decode on.",
            f"threads={threads}",
            "leave it out",
        )


def require_pymongo() -> None:
    """Refuses to begin without what the usual way is made of."""
    if not importlib.util.find_spec("bson"):
        raise ToolError(
            "The usual way reads with pymongo's bson.",
            "it is not installed",
            "python -m pip install pymongo",
        )


@contextlib.contextmanager
def drawn_file(gigabytes: float, progress: Progress) -> Iterator[Path]:
    """A drawn file of some size, indexed, its index in the same folder."""
    products = max(1, round(gigabytes * 1e9 / PRODUCT_BYTES))
    with tempfile.TemporaryDirectory(prefix="shopcam-benchmark-") as scratch:
        drawing = Drawing(
            products, seed=1, test_share=0.0, pool=min(POOL, products)
        )
        catalogue = draw(Path(scratch), drawing, progress, cores())
        before = os.environ.get("SHOPCAM_CACHE")
        os.environ["SHOPCAM_CACHE"] = scratch
        try:
            yield catalogue.train.path
        finally:
            os.environ.pop("SHOPCAM_CACHE")
            if before is not None:
                os.environ["SHOPCAM_CACHE"] = before


def one_round(
    path: Path, images: int, threads: int
) -> dict[str, dict[str, float]]:
    """Every way once."""
    return {way: run(way, path, images, threads) for way in WAYS}


def run(way: str, path: Path, images: int, threads: int) -> dict[str, float]:
    """One way, in a process of its own."""
    found: dict[str, float] = command(
        *(sys.executable, "-m", "shopcam.benchmark.input_runs"),
        *(way, path, str(images), str(threads)),
    )
    return found


def rate_of(way: str, found: list[dict[str, dict[str, float]]]) -> Rate:
    """The medians of a way."""
    simplejpeg, tensorflow = (
        statistics.median(
            each[way]["rate"] / each[decoder]["rate"] for each in found
        )
        for decoder in (DECODER, TENSORFLOW)
    )
    rate = statistics.median(each[way]["rate"] for each in found)
    return Rate(NAMES[way], rate, simplejpeg, tensorflow)


def epoch_of(found: dict[str, float]) -> Epoch:
    """The reader's run over the whole file."""
    own = int(found["anonymous_start"]), int(found["anonymous_end"])
    whole = int(found["resident_start"]), int(found["resident_end"])
    return Epoch(int(found["images"]), found["rate"], own, whole)
