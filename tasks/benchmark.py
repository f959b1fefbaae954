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
