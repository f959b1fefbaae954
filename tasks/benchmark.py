"""Measurements: ratios taken in one run on one machine."""

from invoke import Context

from tasks._task import task


@task
def integrate(
    c: Context, python36: str = "", rounds: int = 3, version: str = "1.1"
) -> None:
    """Measure integrate on ResNet-50 with 5,270 classes.

    Args:
        python36: a Python 3.6 with TensorFlow 1.8; its own freeze_graph and
            TransformGraph become the yardstick, no ratios without it.
        rounds: how often each is run, in turn; medians are shown.
        version: the generation of the phone's runtime.
    """
    from shopcam.benchmark.integrate import benchmark_integrate
    from shopcam.console import Console, seconds_text, size_text

    console = Console()
    with console.stage("benchmark"):
        found = benchmark_integrate(
            python36=python36 or None, rounds=rounds, version=version
        )
    console.note(f"{found.model}, {found.rounds} rounds, medians")
    console.rows(
        ("what", "seconds", "peak memory", "of TF 1.8"),
        [
            (
                each.name,
                seconds_text(each.seconds),
                size_text(each.peak_bytes) if each.peak_bytes else "",
                "" if each.ratio is None else f"{each.ratio:.2f}",
            )
            for each in found.measures
        ],
        right=("seconds", "peak memory", "of TF 1.8"),
    )


@task
def input(
    c: Context, gigabytes: float = 5.0, rounds: int = 5, threads: int = 2
) -> None:
    """Measure how fast pictures come out of a large drawn catalogue.

    Args:
        gigabytes: the catalogue's size; it is drawn first, and removed.
        rounds: how often each way to read is run, in turn.
        threads: how many decode.
    """
    from shopcam.benchmark.input import benchmark_input
    from shopcam.console import Console, size_text
    from shopcam.progress import spoken

    console = Console()
    with console.stage("benchmark"):
        found = benchmark_input(
            gigabytes=gigabytes,
            rounds=rounds,
            threads=threads,
            progress=spoken(console, "products", every_s=5),
        )
    console.note(
        f"{size_text(found.size_bytes)}, {found.threads} threads on as many "
        f"cores, {found.rounds} rounds, medians"
    )
    figures = ("images/s", "of simplejpeg", "of TensorFlow")
    console.rows(
        ("what", *figures),
        [
            (
                each.name,
                f"{each.per_second:,.0f}",
                f"{each.of_simplejpeg:.2f}",
                f"{each.of_tensorflow:.2f}",
            )
            for each in found.rates
        ],
        right=figures,
    )
    epoch = found.epoch
    own, whole = epoch.anonymous_bytes, epoch.resident_bytes
    console.note(
        f"\nThe reader over all {epoch.images:,} images: "
        f"{epoch.per_second:,.0f} images/s; memory of its own "
        f"{size_text(own[0])} at the start and {size_text(own[1])} at the "
        f"end, with mapped files {size_text(whole[0])} and "
        f"{size_text(whole[1])}"
    )


@task
def training(
    c: Context,
    recipe: str = "resnet50",
    steps: int = 3,
    batch: int = 0,
    precision: str = "float32",
    xla: bool = False,
    replicas: int = 0,
    threads: int = 0,
) -> None:
    """Measure a recipe's training step on a drawn catalogue.

    Args:
        recipe: its name.
        steps: how many to time, after two that are not; 3 are enough on a
            processor, a GPU wants 100.
        batch: images of a step; the recipe's for 0.
        precision: float32, mixed_float16 or mixed_bfloat16.
        xla: compile the step; on one device.
        replicas: how many GPUs; 0 for all.
        threads: that decode pictures; 0 for one on each core.
    """
    from shopcam.benchmark.training import benchmark_training
    from shopcam.console import Console, size_text
    from shopcam.progress import spoken
    from shopcam.training.settings import Settings

    console = Console()
    with console.stage("benchmark"):
        found = benchmark_training(
            recipe,
            steps=steps,
            batch=batch,
            settings=Settings(
                precision=precision,  # type: ignore[arg-type]
                xla=xla,
                replicas=replicas,
                threads=threads,
            ),
            progress=spoken(console, "products", every_s=5),
        )
    console.note(
        f"{found.recipe}: {found.weights / 1e6:.1f} million weights, "
        f"{found.classes:,} classes, batch {found.batch}, {precision}, on "
        f"{found.devices}"
    )
    console.note(
        f"{found.images_per_second:,.1f} images/s over "
        f"{len(found.step_seconds)} steps, input wait {found.waited:.1%}, "
        f"peak memory {size_text(found.peak_bytes)}, loss {found.loss:.2f}"
    )
