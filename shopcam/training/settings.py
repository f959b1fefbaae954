"""How a training runs here: what a recipe leaves to the machine."""

from dataclasses import dataclass
from typing import Literal, get_args

from shopcam.dataset.decode import Corrupt
from shopcam.dataset.sources import SplitBy
from shopcam.dataset.workers import cores
from shopcam.errors import UsageError

Precision = Literal["float32", "mixed_float16", "mixed_bfloat16"]
LARGEST_SEED = (1 << 32) - 1  # what NumPy takes
CHECKPOINT_MINUTES = 15.0


@dataclass(frozen=True)
class Settings:
    """What may differ between two runs of one recipe.

    Attributes:
        seed: of the first weights, the order, the mirroring and the crops.
        precision: of the network's arithmetic; weights are always float32.
        xla: whether the step is compiled; on one device only.
        deterministic: whether a GPU, too, gives the same bits every time.
        replicas: devices of this machine; 0 for all GPUs, or the processor.
        threads: that decode pictures; 0 for one on each core.
        split: whether a product, or all products that share a picture, stay
            on one side where images to measure on are held out.
        corrupt: whether a broken picture ends the training or is left out.
        resume: whether to go on from a checkpoint where there is one.
        checkpoint_minutes: how often one is written within an epoch; there
            is one at the end of each anyway.
    """

    seed: int = 1
    precision: Precision = "float32"
    xla: bool = False
    deterministic: bool = False
    replicas: int = 0
    threads: int = 0
    split: SplitBy = "product"
    corrupt: Corrupt = "refuse"
    resume: bool = False
    checkpoint_minutes: float = CHECKPOINT_MINUTES

    @property
    def decoders(self) -> int:
        """How many threads decode."""
        return self.threads or cores()


def checked(settings: Settings) -> Settings:
    """The settings as they are.

    Raises:
        UsageError: one has a value that means nothing.
    """
    rules = {
        "seed": (
            0 <= settings.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}.",
        ),
        "precision": (
            settings.precision in get_args(Precision),
            f"A precision is one of {', '.join(get_args(Precision))}.",
        ),
        "split": (
            settings.split in get_args(SplitBy),
            "Images are held out by product or by duplicate.",
        ),
        "corrupt": (
            settings.corrupt in get_args(Corrupt),
            "A broken picture is refused or skipped: refuse or skip.",
        ),
        "replicas": (
            settings.replicas >= 0,
            "A number of devices is from 1, or 0 for all.",
        ),
        "threads": (
            settings.threads >= 0,
            "A number of threads is from 1, or 0 for one on each core.",
        ),
        "checkpoint_minutes": (
            settings.checkpoint_minutes >= 0,
            "Checkpoints are some minutes apart, 0 for one at every step.",
        ),
    }
    for name, (holds, rule) in rules.items():
        if not holds:
            found = f"{name}={getattr(settings, name)}"
            raise UsageError(rule, found, "choose another one")
    return settings
