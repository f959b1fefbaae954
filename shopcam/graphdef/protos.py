"""TensorFlow's messages, built without importing TensorFlow.

The definitions are data (tensorflow.protos, written by
scripts/make_protos.py) in a descriptor pool of their own: a process may
import TensorFlow too, and the messages of both serialise to the same bytes.
protos.pyi tells a type checker which fields they have.
"""

from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

DESCRIPTORS = Path(__file__).with_name("tensorflow.protos")


def load_pool() -> descriptor_pool.DescriptorPool:
    """A pool that holds TensorFlow's messages and nothing else."""
    files = descriptor_pb2.FileDescriptorSet.FromString(
        DESCRIPTORS.read_bytes()
    )
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


POOL = load_pool()


def message(name: str) -> Any:
    """The class of the message `tensorflow.<name>`."""
    descriptor = POOL.FindMessageTypeByName(f"tensorflow.{name}")
    return message_factory.GetMessageClass(descriptor)


AttrValue = message("AttrValue")
BundleEntryProto = message("BundleEntryProto")
BundleHeaderProto = message("BundleHeaderProto")
ConfigProto = message("ConfigProto")
FunctionDef = message("FunctionDef")
FunctionDefLibrary = message("FunctionDefLibrary")
GraphDef = message("GraphDef")
MemmappedFileSystemDirectory = message("MemmappedFileSystemDirectory")
MemmappedFileSystemDirectoryElement = message(
    "MemmappedFileSystemDirectoryElement"
)
MetaGraphDef = message("MetaGraphDef")
NameAttrList = message("NameAttrList")
NodeDef = message("NodeDef")
OpDef = message("OpDef")
OpDeprecation = message("OpDeprecation")
OpList = message("OpList")
SavedConcreteFunction = message("SavedConcreteFunction")
SavedModel = message("SavedModel")
SavedObject = message("SavedObject")
SavedObjectGraph = message("SavedObjectGraph")
SaverDef = message("SaverDef")
SignatureDef = message("SignatureDef")
TensorInfo = message("TensorInfo")
TensorProto = message("TensorProto")
TensorShapeProto = message("TensorShapeProto")
TrackableObjectGraph = message("TrackableObjectGraph")
VersionDef = message("VersionDef")
ArgDef = OpDef.ArgDef
AttrDef = OpDef.AttrDef
DataType = POOL.FindEnumTypeByName("tensorflow.DataType")


def data_type(name: str) -> int:
    """The number of a type such as `DT_FLOAT`."""
    return int(DataType.values_by_name[name].number)


def data_type_name(number: int) -> str:
    """The name, such as `DT_FLOAT`, of a type's number."""
    value = DataType.values_by_number.get(number)
    return value.name if value else f"type {number}"
