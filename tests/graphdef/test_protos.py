"""The types that a checker reads are those of the real messages."""

import ast
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor

from shopcam.graphdef import protos

STUB = Path(protos.__file__).with_suffix(".pyi")
HELPERS = {"Message", "Messages", "MessageMap"}


def declared(body: list[ast.stmt], message: Descriptor) -> list[str]:
    """What a class of protos.pyi declares and the message does not have."""
    unknown = []
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            inner = message.nested_types_by_name.get(statement.name)
            assert inner, f"{message.name} has no message {statement.name}"
            unknown += declared(statement.body, inner)
        elif isinstance(statement, ast.AnnAssign):
            name = ast.unparse(statement.target)
            known = {*message.fields_by_name, *message.enum_values_by_name}
            if name not in known:
                unknown.append(f"{message.name}.{name}")
    return unknown


STUBS = [
    statement
    for statement in ast.parse(STUB.read_text()).body
    if isinstance(statement, ast.ClassDef) and statement.name not in HELPERS
]


@pytest.mark.parametrize("stub", STUBS, ids=lambda stub: stub.name)
def test_a_message_has_every_field_that_its_stub_declares(
    stub: ast.ClassDef,
) -> None:
    message = getattr(protos, stub.name).DESCRIPTOR
    assert not declared(stub.body, message)
