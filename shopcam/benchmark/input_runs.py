"""One way to read and decode a catalogue's pictures, measured, as JSON.

    python -m shopcam.benchmark.input_runs WAY TRAIN.BSON IMAGES THREADS

A process of its own for each, so that none pays for another's memory; held to
as many cores as it has threads, where the system can.
"""

import io
import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import simplejpeg
from PIL import Image as Picture

from shopcam.benchmark.memory import field_bytes
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.categories import drawn_labels
from shopcam.dataset.dice import Dice
from shopcam.dataset.images import ImageTable, table_of
from shopcam.dataset.plan import image_plan
from shopcam.dataset.supply import Supply
from shopcam.labels import Label, read_labels

# 240 MB, which no processor's caches hold, so that they come from memory, as
# those of a file in the system's cache do. 5,000 fitted into 48 MB of cache.
IN_MEMORY = 40_000
BATCH = 128
SEED = 1
# The reader's memory is taken when its buffers and threads are there.
WARM_STEPS = 20


def decoder(path: Path, images: int, threads: int) -> dict[str, float]:
    """simplejpeg alone: pictures in memory, one buffer for each thread."""
    contents = some_pictures(path)

    def decode(first: int) -> None:
        buffer = np.empty((180, 180, 3), np.uint8)
        for place in range(first, images, threads):
            content = contents[place % len(contents)]
            simplejpeg.decode_jpeg(content, buffer=buffer)

    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(decode, range(threads)))
        return {"rate": images / (time.perf_counter() - started)}


def tensorflow(path: Path, images: int, threads: int) -> dict[str, float]:
    """TensorFlow's decoder in tf.data, exact, on pictures in memory."""
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(threads)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    pictures = tf.data.Dataset.from_tensor_slices(some_pictures(path)).repeat()
    decoded = pictures.take(images).map(
        lambda content: tf.io.decode_jpeg(
            content, channels=3, dct_method="INTEGER_ACCURATE"
        ),
        num_parallel_calls=threads,
        deterministic=False,
    )
    started = time.perf_counter()
    for _ in decoded.batch(BATCH).prefetch(2):
        pass
    return {"rate": images / (time.perf_counter() - started)}


def reader(path: Path, images: int, threads: int) -> dict[str, float]:
    """shopcam's: shuffled over the whole file, into batches of uint8."""
    table = table_at(path)
    plan = image_plan(
        table, seed=SEED, epoch=1, batch=BATCH, flip=True, crop=1.0
    )
    plan = plan.until(-(-images // BATCH))
    memory: dict[str, float] = {}
    with Supply(
        table, plan, (180, 180), threads=threads, corrupt="refuse"
    ) as supply:
        started = time.perf_counter()
        for step, _ in enumerate(supply):
            if step == min(WARM_STEPS, len(plan) - 1):
                memory = resident("start")
        seconds = time.perf_counter() - started
        memory |= resident("end")
    real = int((plan.rows >= 0).sum())
    return {"rate": real / seconds, "images": real, **memory}


def usual(path: Path, images: int, threads: int) -> dict[str, float]:
    """What most did: pymongo and Pillow, one thread, in the file's order."""
    import bson

    with open(path, "rb") as stream:
        started = time.perf_counter()
        pictures = (
            image["picture"]
            for product in bson.decode_file_iter(stream)
            for image in product["imgs"]
        )
        done = 0
        for content in itertools.islice(pictures, images):
            np.asarray(Picture.open(io.BytesIO(content)))
            done += 1
        seconds = time.perf_counter() - started
    return {"rate": done / seconds, **resident("end")}


WAYS: dict[str, Callable[[Path, int, int], dict[str, float]]] = {
    each.__name__: each for each in (decoder, tensorflow, reader, usual)
}


def table_at(path: Path) -> ImageTable:
    """All images of a file, with the labels beside it."""
    return table_of(BsonCatalogue(path), labels_beside(path))


def labels_beside(path: Path) -> tuple[Label, ...]:
    """The labels in the file's folder."""
    names = path.with_name("category_names.csv")
    return read_labels(names) if names.is_file() else drawn_labels()


def some_pictures(path: Path) -> list[bytes]:
    """Encoded pictures from all over a file."""
    catalogue = BsonCatalogue(path)
    order = Dice(SEED).order(len(catalogue.index.offsets))
    return [catalogue.read(row) for row in order[:IN_MEMORY].tolist()]


def resident(when: str) -> dict[str, float]:
    """This process's memory: its own, and with mapped files."""
    status = Path("/proc/self/status")
    return {
        f"anonymous_{when}": field_bytes(status, "RssAnon:"),
        f"resident_{when}": field_bytes(status, "VmRSS:"),
    }


def hold_to(threads: int) -> None:
    """Leaves this process the first cores of those that it has."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:threads])


def main(way: str, path: Path, images: int, threads: int) -> dict[str, float]:
    """What one way came to."""
    hold_to(threads)
    return WAYS[way](path, images, threads)


if __name__ == "__main__":
    print(
        json.dumps(
            main(
                sys.argv[1],
                Path(sys.argv[2]),
                int(sys.argv[3]),
                int(sys.argv[4]),
            )
        )
    )
