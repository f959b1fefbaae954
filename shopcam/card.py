"""The model card: `models/<name>/model.yaml`, the one description of a model.

Every part of shopcam reads the card through `load_card`, which refuses a
wrong one before any work starts and says which key, what was found and what
would be right.
"""

import math
import string
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from shopcam.card_file import explain, find_card, read_yaml
from shopcam.errors import CardError
from shopcam.paths import expanded

LARGEST_SIDE = 4096
DEFAULT_RUNTIME_VERSION: Final = "1.1"


class Section(BaseModel):
    """A part of the card: immutable, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def without_port(name: str) -> str:
    """The node's name without the `:0` that people paste along."""
    return name.removesuffix(":0")


NodeName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*(:0)?$"),
    AfterValidator(without_port),
]


class Source(Section):
    """What every source may say: its own names for nodes of the card."""

    input: NodeName | None = None
    output: NodeName | None = None
    features: NodeName | None = None


# Values of placeholders that training feeds (flags, rates), by node name.
Feeds = dict[NodeName, bool | int | float]


class Tf1Source(Source):
    """A TF 1 graph (or a MetaGraph) beside a V1 or V2 checkpoint."""

    format: Literal["tf1"]
    checkpoint: Path
    graph: Path | None = None
    meta_graph: Path | None = None
    feeds: Feeds = {}

    @model_validator(mode="after")
    def one_graph(self) -> "Tf1Source":
        if self.graph and self.meta_graph:
            raise ValueError("name graph or meta_graph, not both")
        return self


class KerasSource(Source):
    """A Keras 3 `.keras` file, or an `.h5` of any age."""

    format: Literal["keras"]
    path: Path


class SavedModelSource(Source):
    """A SavedModel folder, of TF 2 or of TF 1."""

    format: Literal["saved_model"]
    path: Path
    signature: str = "serving_default"
    tags: tuple[str, ...] = ("serve",)
    feeds: Feeds = {}


class FrozenSource(Source):
    """A GraphDef that holds its weights as constants."""

    format: Literal["frozen"]
    path: Path
    feeds: Feeds = {}


AnySource = Annotated[
    Tf1Source | KerasSource | SavedModelSource | FrozenSource,
    Field(discriminator="format"),
]


class Input(Section):
    """The input node, a float32 tensor (1, height, width, channels)."""

    node: NodeName
    height: Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
    width: Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
    channels: Literal[1, 3] = 3

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return (1, self.height, self.width, self.channels)


class Output(Section):
    """The output node, a float32 tensor (1, classes), a softmax."""

    node: NodeName


class MultiView(Section):
    """Where several views of one product are averaged.

    Both name nodes of the exported graph: the feature map of a view, a
    float32 tensor (1, height, width, channels), and the node that is asked
    when an average is fed in its place, `output.node` where it is left out.
    """

    features: NodeName
    head: NodeName | None = None


class Preprocessing(Section):
    """(pixel - mean) / std per channel, in the order of `channels`.

    Pixels are in [0, 255]. `mean` and `std` stand in the order in which the
    network was trained: with `channels: BGR` the first mean belongs to blue.
    """

    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    channels: Literal["RGB", "BGR"] = "RGB"

    @field_validator("mean", "std")
    @classmethod
    def finite(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not all(math.isfinite(number) for number in value):
            raise ValueError("every number must be finite")
        return value

    @field_validator("std")
    @classmethod
    def nonzero(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(number <= 0 for number in value):
            raise ValueError("every std must be above 0")
        return value


class Deploy(Section):
    """What runs the model on the phone, and in which form."""

    runtime: Literal["tensorflow", "litert", "coreml"] = "tensorflow"
    runtime_version: Literal["1.1", "1.8", "1.13", "1.15"] = (
        DEFAULT_RUNTIME_VERSION
    )
    quantize: Literal["none", "weights", "nodes"] = "none"
    memory_map: bool = True
    memory_map_bytes: Annotated[int, Field(ge=1)] = 10_000

    @field_validator("runtime_version", mode="before")
    @classmethod
    def quoted(cls, value: Any) -> Any:
        if isinstance(value, float):
            raise ValueError(f'write it in quotes: "{value}"')
        return value

    @field_validator("runtime")
    @classmethod
    def available(cls, value: str) -> str:
        if value != "tensorflow":
            raise ValueError(
                "only tensorflow is built so far; litert and coreml follow"
            )
        return value


class Optimize(Section):
    """The transforms that replace the default list of `optimize`.

    With `tool_only` TensorFlow's tool alone runs them, on the frozen graph as
    it is, without what shopcam adds.
    """

    transforms: tuple[str, ...] | None = None
    tool_only: bool = False


class Tolerance(Section):
    """How far a stage's answers may be from the source model's."""

    max_abs_diff: Annotated[float, Field(gt=0, le=1)] = 1e-4
    top1_agreement: Annotated[float, Field(ge=0, le=1)] = 0.99


class Probes(Section):
    """Which images the proof uses; without a folder they are drawn.

    Three by default: a square, a wide and a tall one. Every output of a float
    stage has to agree on each, which are 15,810 numbers for 5,270 classes.
    """

    folder: Path | None = None
    count: Annotated[int, Field(ge=1, le=10_000)] = 3


class Shop(Section):
    """Where the app sends the user: `{query}` becomes the category."""

    search_url: str

    @field_validator("search_url")
    @classmethod
    def is_template(cls, value: str) -> str:
        fields = [field for _, field, _, _ in string.Formatter().parse(value)]
        if [field for field in fields if field is not None] != ["query"]:
            raise ValueError("it must hold {query} once, and no other {...}")
        if not value.startswith(("https://", "http://")):
            raise ValueError("it must begin with https://")
        return value


class App(Section):
    """The app's identity, and the score from which it offers the shop."""

    display_name: str | None = None
    bundle_id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
    ] = "com.example.shopcam"
    team: Annotated[str, Field(pattern=r"^([A-Z0-9]{10})?$")] = ""
    version: Annotated[str, Field(pattern=r"^\d+(\.\d+){0,2}$")] = "1.0"
    build: Annotated[str, Field(pattern=r"^\d+(\.\d+){0,2}$")] = "1"
    minimum_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5


class Measured(Section):
    """What was measured of the trained model, and on what."""

    top1: Annotated[float, Field(ge=0, le=1)]
    images: Annotated[int, Field(ge=1)]
    data: str


class Card(Section):
    """A whole model card; `path` is the file that it was read from."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    source: AnySource
    input: Input
    output: Output
    multi_view: MultiView | None = None
    preprocessing: Preprocessing = Preprocessing()
    labels: Path
    toolchain: Literal["wheel", "bazel"] | None = None
    deploy: Deploy = Deploy()
    optimize: Optimize = Optimize()
    tolerance: Tolerance = Tolerance()
    probes: Probes = Probes()
    shop: Shop
    app: App = App()
    recipe: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    measured: Measured | None = None
    path: Annotated[Path, Field(exclude=True)]

    @model_validator(mode="after")
    def channels_agree(self) -> "Card":
        for key in ("mean", "std"):
            count = len(getattr(self.preprocessing, key))
            if count != self.input.channels:
                raise ValueError(
                    f"preprocessing.{key} has {count} numbers, input.channels "
                    f"is {self.input.channels}; write one number per channel"
                )
        if self.input.node == self.output.node:
            raise ValueError("input.node and output.node are the same node")
        return self

    @model_validator(mode="after")
    def views_are_between(self) -> "Card":
        if self.multi_view is None:
            if self.source.features:
                raise ValueError(
                    "source.features is the source's name of "
                    "multi_view.features, which the card does not name"
                )
            return self
        features, head = self.multi_view.features, self.multi_view.head
        for key, node in (
            ("input.node", self.input.node),
            ("output.node", self.output.node),
            ("multi_view.head", head),
        ):
            if features == node:
                raise ValueError(
                    f"multi_view.features and {key} are the same node; name "
                    "the feature map before the last layer"
                )
        return self

    @property
    def feature_node(self) -> str | None:
        """The feature map of one view, where views may be averaged."""
        return self.multi_view.features if self.multi_view else None

    @property
    def head_node(self) -> str:
        """The node that is asked about averaged views."""
        head = self.multi_view.head if self.multi_view else None
        return head or self.output.node

    @property
    def outputs(self) -> tuple[str, ...]:
        """The nodes that every stage keeps, with their values, answer first."""
        if self.feature_node is None:
            return (self.output.node,)
        wanted = (self.output.node, self.feature_node, self.head_node)
        return tuple(dict.fromkeys(wanted))

    @property
    def folder(self) -> Path:
        """The folder of the card, which relative paths start from."""
        return self.path.parent

    def resolve(self, path: Path) -> Path:
        """`path` of the card as an absolute path."""
        return (self.folder / expanded(path)).resolve()


def load_card(model: str | Path) -> Card:
    """The card of a model, checked.

    Args:
        model: a name under models/, or the path of any model.yaml.

    Raises:
        CardError: the card is missing, is no YAML mapping, or breaks a rule.
    """
    path = find_card(str(model))
    content = read_yaml(path)
    content["path"] = path
    try:
        return Card.model_validate(content)
    except ValidationError as error:
        raise CardError(
            f"The model card {path} breaks the form of a card.",
            "; ".join(explain(each, known_keys()) for each in error.errors()),
            "correct the keys named above; README.md shows a whole card",
        ) from None


def known_keys() -> list[str]:
    """Every key that a card may hold, at any depth."""
    sections = [*Section.__subclasses__(), *Source.__subclasses__()]
    return sorted({key for each in sections for key in each.model_fields})
