"""Writes shopcam/graphdef/tensorflow.protos from the installed wheel.

Run it again after a change of the TensorFlow version in the lock file:

    python scripts/make_protos.py

The file is a FileDescriptorSet (github.com/protocolbuffers/protobuf,
descriptor.proto): TensorFlow's own message definitions as data, so that
graphs can be read with the plain protobuf package, without the seconds and
the memory that importing TensorFlow takes.
"""

import importlib
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FileDescriptor

TARGET = Path(__file__).parent.parent / "shopcam/graphdef/tensorflow.protos"
ROOTS = (
    "tensorflow.core.framework.kernel_def_pb2",
    "tensorflow.core.protobuf.config_pb2",
    "tensorflow.core.protobuf.saved_model_pb2",
    "tensorflow.core.protobuf.tensor_bundle_pb2",
    "tensorflow.core.util.memmapped_file_system_pb2",
)


def collect(
    file: FileDescriptor, found: dict[str, descriptor_pb2.FileDescriptorProto]
) -> None:
    """Adds `file` and all that it imports, imports first."""
    if file.name in found:
        return
    for dependency in file.dependencies:
        collect(dependency, found)
    proto = descriptor_pb2.FileDescriptorProto()
    file.CopyToProto(proto)
    found[file.name] = proto


def main() -> None:
    """Writes the descriptors of the roots and of all that they import."""
    found: dict[str, descriptor_pb2.FileDescriptorProto] = {}
    for name in ROOTS:
        collect(importlib.import_module(name).DESCRIPTOR, found)
    files = descriptor_pb2.FileDescriptorSet(file=found.values())
    TARGET.write_bytes(files.SerializeToString(deterministic=True))
    print(f"{TARGET}: {len(found)} files, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
