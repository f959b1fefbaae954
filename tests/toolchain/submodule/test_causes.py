"""What git's own words are taken for.

The messages of servers that the tests cannot be: as git 2.39, curl and
OpenSSH print them.
"""

from pathlib import Path

import pytest

from shopcam.toolchain.submodule.causes import explained

CASES = {
    "fatal: unable to access 'https://github.com/t/t.git/': Could not resolve "
    "host: github.com": "must be reachable",
    "ssh: connect to host git.example.com port 22: Connection timed out\n"
    "fatal: Could not read from remote repository.": "must be reachable",
    "git@github.com: Permission denied (publickey).\n"
    "fatal: Could not read from remote repository.": "must let you read it",
    "Host key verification failed.\n"
    "fatal: Could not read from remote repository.": "host key must be known",
    "fatal: unable to access 'https://git.example.com/t.git/': SSL "
    "certificate problem: unable to get local issuer certificate": (
        "certificate must be one that this machine trusts"
    ),
    "fatal: unable to access 'https://git.example.com/t.git/': The requested "
    "URL returned error: 403": "must let you read it",
    "remote: Repository not found.\nfatal: repository "
    "'https://github.com/t/x.git/' not found": "must name a git repository",
    "error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly\n"
    "fatal: early EOF\nfatal: fetch-pack: invalid index-pack output": (
        "must last until everything is there"
    ),
    "error: RPC failed; curl 28 Operation too slow. Less than 1 bytes/sec "
    "transferred the last 120 seconds": "must last until everything",
    "fatal: write error: No space left on device\n"
    "fatal: fetch-pack: invalid index-pack output": "must have room",
    "fatal: cannot mkdir x: Permission denied": "must be writable",
    "fatal: detected dubious ownership in repository at '/s'": (
        "another user only where it is told to"
    ),
    "error: something that nobody has seen yet": "git must do its work",
}


@pytest.mark.parametrize("said", CASES)
def test_each_message_is_taken_for_what_it_means(
    said: str, tmp_path: Path
) -> None:
    assert CASES[said] in explained(said, tmp_path).rule


def test_what_is_found_is_the_line_that_says_it(tmp_path: Path) -> None:
    error = explained(
        "remote: hello\nfatal: unable to access "
        "'https://anna:ge@heim@git.example.com/': Could not resolve host: x\n",
        tmp_path,
    )
    assert error.found == (
        "fatal: unable to access 'https://git.example.com/': Could not "
        "resolve host: x"
    )


def test_a_silent_git_is_said_to_be_one(tmp_path: Path) -> None:
    assert explained("", tmp_path).found == "git said nothing"


def test_a_folder_of_another_user_is_named_as_git_wants_it(
    tmp_path: Path,
) -> None:
    said = "fatal: detected dubious ownership in repository at '/s/up/.git'"
    assert explained(said, tmp_path).next_step.endswith(
        "git config --global --add safe.directory /s/up/.git"
    )
