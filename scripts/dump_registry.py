"""Writes what one TensorFlow library has registered: its ops and kernels.

    python scripts/dump_registry.py OPS KERNELS LIBRARY [LIBRARY ...]

OPS receives a serialized OpList, KERNELS a JSON object of
{op: [{attribute: [type, ...]}, ...]}, one entry for each CPU kernel. The
libraries of one wheel are loaded in the order given, the last one being
`_pywrap_tensorflow_internal.so`. Libraries of TensorFlow 1.x name a symbol
that Python 3.9 dropped: scripts/make_op_tables.py preloads it.
"""

import ctypes
import json
import re
import sys
from pathlib import Path

CPU_DEVICES = ("CPU", "DEFAULT")
DESCRIBE_KERNELS = "_ZN10tensorflow22KernelsRegisteredForOpENS_11StringPieceE"
LARGE_ENOUGH_FOR_A_MESSAGE = 4096


class Buffer(ctypes.Structure):
    """TF_Buffer of TensorFlow's C API."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
        ("deallocator", ctypes.c_void_p),
    )

    def content(self) -> bytes:
        """The bytes in the buffer."""
        return ctypes.string_at(self.data, self.length)


def op_list(first: ctypes.CDLL, last: ctypes.CDLL) -> bytes:
    """The serialized OpList: by the C API, or in C++ where 1.1 has none."""
    if hasattr(last, "TF_GetAllOpList"):
        last.TF_GetAllOpList.restype = ctypes.POINTER(Buffer)
        return last.TF_GetAllOpList().contents.content()
    registry = first._ZN10tensorflow10OpRegistry6GlobalEv
    registry.restype = ctypes.c_void_p
    memory = ctypes.create_string_buffer(LARGE_ENOUGH_FOR_A_MESSAGE)
    ops = ctypes.c_void_p(ctypes.addressof(memory))
    first._ZN10tensorflow6OpListC1Ev(ops)
    first._ZNK10tensorflow10OpRegistry6ExportEbPNS_6OpListE(
        ctypes.c_void_p(registry()), True, ops
    )
    size_of = first._ZNK10tensorflow6OpList12ByteSizeLongEv
    size_of.restype = ctypes.c_size_t
    data = ctypes.create_string_buffer(size_of(ops))
    first._ZNK10tensorflow6OpList31SerializeWithCachedSizesToArrayEPh(ops, data)
    return data.raw


def kernels_by_description(first: ctypes.CDLL, names: list[str]) -> dict:
    """The CPU kernels of TensorFlow 1.1 to 1.13, out of their own text."""
    describe = getattr(first, DESCRIBE_KERNELS)
    found: dict[str, list[dict[str, list[str]]]] = {}
    for name in names:
        # The libraries return a std::string of the old ABI: one pointer.
        text = ctypes.c_char_p()
        encoded = name.encode()
        describe(ctypes.byref(text), encoded, ctypes.c_size_t(len(encoded)))
        for line in (text.value or b"").decode().splitlines():
            device = re.search(r"device='(\w+)'", line)
            if device and device.group(1) in CPU_DEVICES:
                found.setdefault(name, []).append(
                    {
                        attribute: types.split(", ")
                        for attribute, types in re.findall(
                            r"(\w+) in \[([^\]]*)\]", line
                        )
                    }
                )
    return found


def kernels_by_api(last: ctypes.CDLL) -> dict:
    """The CPU kernels out of the C API, which 1.13 and later have."""
    from shopcam.graphdef import protos

    last.TF_NewStatus.restype = ctypes.c_void_p
    last.TF_GetAllRegisteredKernels.restype = ctypes.POINTER(Buffer)
    status = ctypes.c_void_p(last.TF_NewStatus())
    data = last.TF_GetAllRegisteredKernels(status).contents.content()
    found: dict[str, list[dict[str, list[str]]]] = {}
    for kernel in protos.KernelList.FromString(data).kernel:
        if kernel.device_type in CPU_DEVICES:
            found.setdefault(kernel.op, []).append(
                {
                    each.name: [
                        protos.data_type_name(kind)
                        for kind in each.allowed_values.list.type
                    ]
                    for each in kernel.constraint
                }
            )
    return found


def main() -> None:
    """Writes both files."""
    from shopcam.graphdef import protos

    ops_file, kernels_file, *paths = sys.argv[1:]
    libraries = [ctypes.CDLL(path, ctypes.RTLD_GLOBAL) for path in paths]
    first, last = libraries[0], libraries[-1]
    data = op_list(first, last)
    Path(ops_file).write_bytes(data)
    if hasattr(last, "TF_GetAllRegisteredKernels"):
        kernels = kernels_by_api(last)
    else:
        names = [op.name for op in protos.OpList.FromString(data).op]
        kernels = kernels_by_description(first, names)
    Path(kernels_file).write_text(json.dumps(kernels, sort_keys=True))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
