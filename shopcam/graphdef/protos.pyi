"""The types of protos.py: TensorFlow's messages, as far as shopcam uses them.

Protobuf makes the classes at run time, so a type checker reads them here.
tests/graphdef/test_protos.py compares every field with the real message.
"""

from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from typing import Any, Generic, TypeVar, overload

from google.protobuf.descriptor_pool import DescriptorPool
from typing_extensions import Self

M = TypeVar("M", bound=Message)

class Message:
    DESCRIPTOR: Any

    @classmethod
    def FromString(cls, data: bytes) -> Self: ...
    def ByteSize(self) -> int: ...
    def Clear(self) -> None: ...
    def ClearField(self, name: str) -> None: ...
    def CopyFrom(self, other: Self) -> None: ...
    def HasField(self, name: str) -> bool: ...
    def MergeFromString(self, data: bytes) -> int: ...
    def ParseFromString(self, data: bytes) -> int: ...
    def SerializeToString(self, *, deterministic: bool = ...) -> bytes: ...
    def SetInParent(self) -> None: ...
    def WhichOneof(self, name: str) -> str | None: ...

class Messages(Sequence[M], Generic[M]):
    """A repeated field of messages."""

    @overload
    def __getitem__(self, index: int) -> M: ...
    @overload
    def __getitem__(self, index: slice) -> list[M]: ...
    def __len__(self) -> int: ...
    def __delitem__(self, index: int | slice) -> None: ...
    def add(self, **fields: Any) -> M: ...
    def append(self, message: M) -> None: ...
    def extend(self, messages: Iterable[M]) -> None: ...

class MessageMap(Mapping[str, M], Generic[M]):
    """A map of messages; reading a key that is not there adds it."""

    def __getitem__(self, key: str) -> M: ...
    def __iter__(self) -> Any: ...
    def __len__(self) -> int: ...
    def __delitem__(self, key: str) -> None: ...
    def clear(self) -> None: ...
    def pop(self, key: str, default: M | None = ...) -> M | None: ...

class TensorShapeProto(Message):
    class Dim(Message):
        size: int
        name: str

    dim: Messages[Dim]
    unknown_rank: bool

class TensorProto(Message):
    dtype: int
    tensor_shape: TensorShapeProto
    tensor_content: bytes
    string_val: MutableSequence[bytes]

    def __init__(self, *, dtype: int = ...) -> None: ...

class NameAttrList(Message):
    name: str

class AttrValue(Message):
    class ListValue(Message):
        s: MutableSequence[bytes]
        i: MutableSequence[int]
        type: MutableSequence[int]
        shape: Messages[TensorShapeProto]

    s: bytes
    i: int
    f: float
    b: bool
    type: int
    shape: TensorShapeProto
    tensor: TensorProto
    list: ListValue
    func: NameAttrList
    placeholder: str

class NodeDef(Message):
    name: str
    op: str
    input: MutableSequence[str]
    device: str
    attr: MessageMap[AttrValue]

    def __init__(self, *, name: str = ..., op: str = ...) -> None: ...

class ArgDef(Message):
    name: str
    type: int
    type_attr: str
    number_attr: str
    type_list_attr: str

class AttrDef(Message):
    name: str
    type: str
    default_value: AttrValue
    has_minimum: bool
    minimum: int
    allowed_values: AttrValue

class OpDeprecation(Message):
    version: int

class OpDef(Message):
    name: str
    input_arg: Messages[ArgDef]
    output_arg: Messages[ArgDef]
    attr: Messages[AttrDef]
    deprecation: OpDeprecation

class OpList(Message):
    op: Messages[OpDef]

    def __init__(self, *, op: Iterable[OpDef] = ...) -> None: ...

class FunctionDef(Message):
    signature: OpDef
    node_def: Messages[NodeDef]
    ret: Mapping[str, str]

class FunctionDefLibrary(Message):
    function: Messages[FunctionDef]

class VersionDef(Message):
    producer: int
    min_consumer: int

class GraphDef(Message):
    node: Messages[NodeDef]
    versions: VersionDef
    library: FunctionDefLibrary

    def __init__(self, *, versions: VersionDef = ...) -> None: ...

class SaverDef(Message):
    restore_op_name: str

class TensorInfo(Message):
    name: str
    dtype: int

class SignatureDef(Message):
    inputs: MessageMap[TensorInfo]
    outputs: MessageMap[TensorInfo]

class SavedObject(Message):
    children: Messages[TrackableObjectGraph.TrackableObject.ObjectReference]

class SavedConcreteFunction(Message):
    bound_inputs: Sequence[int]

class SavedObjectGraph(Message):
    nodes: Messages[SavedObject]
    concrete_functions: MessageMap[SavedConcreteFunction]

class MetaGraphDef(Message):
    class MetaInfoDef(Message):
        tags: MutableSequence[str]

    meta_info_def: MetaInfoDef
    graph_def: GraphDef
    saver_def: SaverDef
    signature_def: MessageMap[SignatureDef]
    object_graph_def: SavedObjectGraph

class SavedModel(Message):
    meta_graphs: Messages[MetaGraphDef]

class TrackableObjectGraph(Message):
    class TrackableObject(Message):
        class ObjectReference(Message):
            node_id: int
            local_name: str

        class SerializedTensor(Message):
            name: str
            checkpoint_key: str

        children: Messages[ObjectReference]
        attributes: Messages[SerializedTensor]

    nodes: Messages[TrackableObject]

class BundleHeaderProto(Message):
    LITTLE: int
    num_shards: int
    endianness: int
    version: VersionDef

class BundleEntryProto(Message):
    dtype: int
    shape: TensorShapeProto
    shard_id: int
    offset: int
    size: int
    crc32c: int
    slices: Messages[Message]

class MemmappedFileSystemDirectoryElement(Message):
    name: str
    offset: int
    length: int

class MemmappedFileSystemDirectory(Message):
    element: Messages[MemmappedFileSystemDirectoryElement]

# Its many fields are set in one place, verify/session.py.
ConfigProto: Any

POOL: DescriptorPool

def load_pool() -> DescriptorPool: ...
def message(name: str) -> Any: ...
def data_type(name: str) -> int: ...
def data_type_name(number: int) -> str: ...
