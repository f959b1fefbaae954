"""The few functions of TensorFlow's C API that a session needs, by ctypes.

The wheel's libtensorflow_cc answers 0.5 s after the process starts, where
`import tensorflow` alone takes 4 s.
"""

import ctypes
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, c_char_p, c_int, c_int64, c_size_t, c_void_p

import numpy as np

from shopcam import tensorflow_wheel
from shopcam.errors import GraphError
from shopcam.graphdef.graph import Array, Weights, data_type_of, numpy_type
from shopcam.graphdef.protos import data_type
from shopcam.mapping import forget_pages

STRING_BYTES = 24  # sizeof(TF_TString)


class Buffer(ctypes.Structure):
    """TF_Buffer: bytes that stay the caller's."""

    _fields_ = (
        ("data", c_void_p),
        ("length", c_size_t),
        ("deallocator", c_void_p),
    )


class Output(ctypes.Structure):
    """TF_Output: one output of one operation."""

    _fields_ = (("operation", c_void_p), ("index", c_int))


PointerArgument = POINTER(c_void_p)
SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "TF_NewStatus": (c_void_p, ()),
    "TF_DeleteStatus": (None, (c_void_p,)),
    "TF_GetCode": (c_int, (c_void_p,)),
    "TF_Message": (c_char_p, (c_void_p,)),
    "TF_NewGraph": (c_void_p, ()),
    "TF_DeleteGraph": (None, (c_void_p,)),
    "TF_NewImportGraphDefOptions": (c_void_p, ()),
    "TF_DeleteImportGraphDefOptions": (None, (c_void_p,)),
    "TF_GraphImportGraphDef": (
        None,
        (c_void_p, POINTER(Buffer), c_void_p, c_void_p),
    ),
    "TF_GraphOperationByName": (c_void_p, (c_void_p, c_char_p)),
    "TF_GraphNextOperation": (c_void_p, (c_void_p, POINTER(c_size_t))),
    "TF_OperationName": (c_char_p, (c_void_p,)),
    "TF_OperationNumOutputs": (c_int, (c_void_p,)),
    "TF_NewSessionOptions": (c_void_p, ()),
    "TF_DeleteSessionOptions": (None, (c_void_p,)),
    "TF_SetConfig": (None, (c_void_p, c_char_p, c_size_t, c_void_p)),
    "TF_NewSession": (c_void_p, (c_void_p, c_void_p, c_void_p)),
    "TF_CloseSession": (None, (c_void_p, c_void_p)),
    "TF_DeleteSession": (None, (c_void_p, c_void_p)),
    "TF_SessionRun": (
        None,
        (
            *(c_void_p, c_void_p),
            *(POINTER(Output), PointerArgument, c_int),
            *(POINTER(Output), PointerArgument, c_int),
            *(PointerArgument, c_int),
            *(c_void_p, c_void_p),
        ),
    ),
    "TF_AllocateTensor": (
        c_void_p,
        (c_int, POINTER(c_int64), c_int, c_size_t),
    ),
    "TF_NewTensor": (
        c_void_p,
        (
            *(c_int, POINTER(c_int64), c_int, c_void_p, c_size_t),
            *(c_void_p, c_void_p),
        ),
    ),
    "TF_DeleteTensor": (None, (c_void_p,)),
    "TF_TensorType": (c_int, (c_void_p,)),
    "TF_TensorData": (c_void_p, (c_void_p,)),
    "TF_TensorByteSize": (c_size_t, (c_void_p,)),
    "TF_NumDims": (c_int, (c_void_p,)),
    "TF_Dim": (c_int64, (c_void_p, c_int)),
    "TF_StringInit": (None, (c_void_p,)),
    "TF_StringCopy": (None, (c_void_p, c_char_p, c_size_t)),
}


@functools.cache
def api() -> ctypes.CDLL:
    """The library, with the signatures of the functions that are called.

    Raises:
        ToolError: TensorFlow is not installed, or does not load.
    """
    library = tensorflow_wheel.library("libtensorflow_cc")
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


@contextmanager
def checked(rule: str, next_step: str = "") -> Iterator[c_void_p]:
    """A TF_Status; what it says at the end of the block is raised.

    Raises:
        GraphError: with `rule` and TensorFlow's own message.
    """
    status = api().TF_NewStatus()
    try:
        yield status
        if api().TF_GetCode(status):
            message = api().TF_Message(status).decode(errors="replace")
            raise GraphError(rule, message, next_step)
    finally:
        api().TF_DeleteStatus(status)


def new_tensor(array: Array) -> c_void_p:
    """A TF_Tensor with a copy of `array`; the caller deletes it.

    Args:
        array: numeric, or of bytes or str for a string tensor.
    """
    if array.dtype.kind in "OSU":
        return new_string_tensor(array)
    # Not ascontiguousarray, which makes a scalar a vector of one.
    array = np.asarray(array, order="C")
    tensor = allocate(data_type_of(array), array.shape, array.nbytes)
    ctypes.memmove(api().TF_TensorData(tensor), array.ctypes.data, array.nbytes)
    return tensor


@ctypes.CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)
def keep(data: int, length: int, argument: int) -> None:
    """What TensorFlow calls to free memory that is not its own."""


def borrow(weights: Weights) -> c_void_p:
    """A TF_Tensor on the weights' own bytes, which must outlive it.

    TensorFlow copies them where they are not aligned to 64 bytes, as in
    most files.
    """
    array = weights.array()
    tensor: c_void_p = api().TF_NewTensor(
        *(weights.dtype, dimensions(array.shape), array.ndim),
        *(array.ctypes.data, array.nbytes, keep, None),
    )
    forget_pages(weights.data)
    return tensor


def new_string_tensor(array: Array) -> c_void_p:
    """A string TF_Tensor, such as the file name that a Saver is fed."""
    values = [
        each.encode() if isinstance(each, str) else bytes(each)
        for each in array.reshape(-1).tolist()
    ]
    size = STRING_BYTES * len(values)
    tensor = allocate(data_type("DT_STRING"), array.shape, size)
    start = api().TF_TensorData(tensor)
    for index, value in enumerate(values):
        place = start + index * STRING_BYTES
        api().TF_StringInit(place)
        api().TF_StringCopy(place, value, len(value))
    return tensor


def allocate(number: int, shape: tuple[int, ...], size: int) -> c_void_p:
    """An uninitialised TF_Tensor of a dtype's number."""
    sizes = dimensions(shape)
    return api().TF_AllocateTensor(number, sizes, len(shape), size)


def dimensions(shape: tuple[int, ...]) -> ctypes.Array[c_int64]:
    """A shape as C takes it."""
    return (c_int64 * len(shape))(*shape)


def array_of(tensor: c_void_p) -> Array:
    """A copy of a numeric TF_Tensor's values.

    Raises:
        GraphError: the tensor holds strings or resources.
    """
    library = api()
    kind = numpy_type(library.TF_TensorType(tensor))
    rank = library.TF_NumDims(tensor)
    shape = tuple(library.TF_Dim(tensor, axis) for axis in range(rank))
    array = np.empty(shape, kind)
    size = library.TF_TensorByteSize(tensor)
    ctypes.memmove(array.ctypes.data, library.TF_TensorData(tensor), size)
    return array


def give_memory_back() -> None:
    """Returns freed memory to the system: 100 MB for a ResNet-50.

    glibc keeps what was freed in pieces, and a run opens a session per stage.
    """
    ctypes.CDLL(None).malloc_trim(0)
