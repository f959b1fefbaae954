"""A secret comes from where it was put, and shows up nowhere else."""

import copy
import dataclasses
import io
import json
import logging
import os
import pickle
import sys
import traceback
from pathlib import Path

import pytest

from shopcam.errors import UsageError
from shopcam.macos.secrets import (
    APP_STORE_KEY,
    KEYCHAIN_PASSWORD,
    Secret,
    is_at_hand,
    masked,
    read_secret,
    without_secrets,
)

VALUE = 'pa"ss w0rd\\'
KEY = (
    "-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49AgEG\nCCqGSM49AwEHBHkw"
    "\n-----END PRIVATE KEY-----\n"
)


@dataclasses.dataclass(frozen=True)
class Holder:
    password: Secret


def secret_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "password"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_no_way_of_showing_a_secret_shows_it() -> None:
    secret = Secret(VALUE, "password")
    log = io.StringIO()
    logger = logging.Logger("test")
    logger.addHandler(logging.StreamHandler(log))
    logger.error("%s %r", secret, secret)
    shown = [
        str(secret),
        repr(secret),
        f"{secret:>40}",
        repr([secret, {"a": secret}, Holder(secret)]),
        str(dataclasses.asdict(Holder(secret))),
        json.dumps({"password": secret}, default=str),
        log.getvalue(),
    ]
    for text in shown:
        assert "w0rd" not in text
        assert "password ****" in text


def test_a_traceback_with_local_variables_does_not_show_a_secret() -> None:
    secret = Secret(VALUE)
    try:
        raise ValueError(f"cannot use {secret}")
    except ValueError as error:
        shown = traceback.TracebackException.from_exception(
            error, capture_locals=True
        )
    text = "".join(shown.format())
    assert "secret = <secret ****>" in text
    assert "w0rd" not in text


def test_a_secret_is_copied_but_never_written() -> None:
    secret = Secret(VALUE)
    assert copy.deepcopy(secret).reveal() == VALUE
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(secret)


def test_a_variable_of_the_host_beats_that_of_all_hosts() -> None:
    environment = {
        "SHOPCAM_KEYCHAIN_PASSWORD": "all",
        "SHOPCAM_KEYCHAIN_PASSWORD_MAC_1": "one",
    }
    one = read_secret(KEYCHAIN_PASSWORD, host="mac-1", environment=environment)
    other = read_secret(KEYCHAIN_PASSWORD, host="mac2", environment=environment)
    assert (one.reveal(), other.reveal()) == ("one", "all")


def test_an_empty_variable_is_an_empty_password() -> None:
    environment = {"SHOPCAM_KEYCHAIN_PASSWORD": ""}
    assert not read_secret(KEYCHAIN_PASSWORD, environment=environment).reveal()


def test_a_file_is_read_without_its_last_line_end(tmp_path: Path) -> None:
    path = secret_file(tmp_path, f" {VALUE} \n")
    warnings: list[str] = []
    for arguments in (
        {"environment": {"SHOPCAM_KEYCHAIN_PASSWORD_FILE": str(path)}},
        {"environment": {}, "file": str(path)},
    ):
        secret = read_secret(
            KEYCHAIN_PASSWORD, warn=warnings.append, **arguments
        )
        assert secret.reveal() == f" {VALUE} "
    assert not warnings


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    path = secret_file(tmp_path, VALUE, 0o644)
    warnings: list[str] = []
    read_secret(
        KEYCHAIN_PASSWORD, environment={}, file=str(path), warn=warnings.append
    )
    assert warnings == [f"others can read {path}: chmod 600 {path}"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read_secret(
            APP_STORE_KEY, environment={}, file=str(tmp_path / "AuthKey.p8")
        )
    assert f"{tmp_path}/AuthKey.p8: No such file" in str(raised.value)


def test_without_a_terminal_the_error_names_the_variables() -> None:
    with pytest.raises(UsageError) as raised:
        read_secret(KEYCHAIN_PASSWORD, host="mac1", environment={})
    assert (
        "set SHOPCAM_KEYCHAIN_PASSWORD_MAC1 or SHOPCAM_KEYCHAIN_PASSWORD"
        in str(raised.value)
    )


def test_a_terminal_is_asked_without_echo() -> None:
    import pty

    code = (
        "from shopcam.macos.secrets import KEYCHAIN_PASSWORD, read_secret\n"
        "s = read_secret(KEYCHAIN_PASSWORD, host='mac1', environment={})\n"
        "print('length', len(s.reveal()), s)"
    )
    child, terminal = pty.fork()
    if child == 0:
        os.execve(
            sys.executable,
            [sys.executable, "-c", code],
            {**os.environ, "PYTHONPATH": os.getcwd()},
        )
    shown = b""
    while b": " not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"hunter22\n")
    try:
        while data := os.read(terminal, 1000):
            shown += data
    except OSError:
        pass  # Linux's way of saying that the other side has closed
    os.waitpid(child, 0)
    assert b"keychain (mac1): " in shown
    assert b"length 8" in shown
    assert b"hunter22" not in shown


@pytest.mark.parametrize("value", ["two\nlines", "nul\0", "bell\a"])
def test_a_password_is_one_line(value: str) -> None:
    environment = {"SHOPCAM_KEYCHAIN_PASSWORD": value}
    with pytest.raises(UsageError) as raised:
        read_secret(KEYCHAIN_PASSWORD, environment=environment)
    assert "one line" in str(raised.value)
    assert value not in str(raised.value)


def test_a_key_is_refused_when_it_is_none() -> None:
    environment = {"SHOPCAM_APP_STORE_KEY": KEY}
    assert read_secret(APP_STORE_KEY, environment=environment).reveal() == KEY
    environment = {"SHOPCAM_APP_STORE_KEY": "MIGTAgEAMBMGByqGSM49AgEG"}
    with pytest.raises(UsageError) as raised:
        read_secret(APP_STORE_KEY, environment=environment)
    assert "MIGT" not in str(raised.value)
    assert "correct SHOPCAM_APP_STORE_KEY" in str(raised.value)


def test_every_form_of_a_secret_is_masked() -> None:
    secrets = [Secret(VALUE), Secret(KEY), Secret("pa")]
    text = (
        f"a {VALUE} b '{VALUE}' c pa\\\"ss w0rd\\\\\\\\ d cGEic3MgdzByZFw= "
        "e CCqGSM49AwEHBHkw pa"
    )
    shown = masked(text, secrets)
    for part in ("w0rd", "cGEi", "CCqG"):
        assert part not in shown
    assert shown.endswith("e **** pa")
    assert shown.startswith("a **** b ")


def test_a_longer_secret_is_masked_before_a_part_of_it() -> None:
    secrets = [Secret("secret"), Secret("secret-and-more")]
    assert masked("secret-and-more secret", secrets) == "**** ****"


def test_it_is_known_whether_the_user_would_be_asked() -> None:
    named = {"SHOPCAM_KEYCHAIN_PASSWORD_MAC1": VALUE}
    assert is_at_hand(KEYCHAIN_PASSWORD, "mac1", environment=named)
    assert not is_at_hand(KEYCHAIN_PASSWORD, "mac2", environment=named)
    in_file = {"SHOPCAM_KEYCHAIN_PASSWORD_FILE": "/some/file"}
    assert is_at_hand(KEYCHAIN_PASSWORD, "mac2", environment=in_file)
    assert is_at_hand(KEYCHAIN_PASSWORD, file="/some/file", environment={})


def test_a_program_on_this_machine_inherits_no_secret() -> None:
    given = {
        "SHOPCAM_KEYCHAIN_PASSWORD": VALUE,
        "SHOPCAM_KEYCHAIN_PASSWORD_MAC1": VALUE,
        "SHOPCAM_APP_STORE_KEY_FILE": "/some/file",
        "HOME": "/home/ana",
    }
    assert without_secrets(given) == {"HOME": "/home/ana"}
