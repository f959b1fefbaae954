"""The commands that are sent, compared as text and run by a real shell."""

import hashlib
import os
import plistlib
import shlex
import subprocess
from pathlib import Path

import pytest

from shopcam.errors import MacError, UsageError
from shopcam.macos.build.export_options import (
    ExportOptions,
    export_options,
    rendered,
)
from shopcam.macos.command import Command
from shopcam.macos.commands import keychain, pods
from shopcam.macos.commands.fed import Fed, removed, written
from shopcam.macos.commands.job_script import Step, job_script, read_mark
from shopcam.macos.commands.signing import Automatic, Manual, Unsigned
from shopcam.macos.secrets import Secret
from tests.macos.command_cases import CASES, KEY, PASSWORD, text_of
from tests.macos.golden_files import GOLDEN, matches_golden


def sh(text: str, home: Path, stdin: str = "") -> subprocess.CompletedProcess:
    """A script that a real shell has run, with a home of its own."""
    return subprocess.run(
        ["/bin/sh", "-c", text],
        input=stdin,
        capture_output=True,
        text=True,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        cwd=home,
    )


@pytest.mark.parametrize("name", CASES)
def test_a_command_is_sent_as_its_golden_file_says(name: str) -> None:
    matches_golden(text_of(CASES[name]), f"commands/{name}.txt")


def test_every_golden_command_has_its_case() -> None:
    files = {path.stem for path in (GOLDEN / "commands").iterdir()}
    assert files == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_no_command_line_holds_a_secret(name: str) -> None:
    case = CASES[name]
    command = case.command if isinstance(case, Fed) else case
    text = command if isinstance(command, str) else command.text()
    for secret in (PASSWORD, KEY.key):
        for line in secret.reveal().splitlines():
            assert line not in text
            assert line not in repr(case)


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if isinstance(case, Command)]
)
def test_a_shell_reads_a_command_as_the_parts_that_were_meant(
    name: str,
) -> None:
    command = CASES[name]
    assert isinstance(command, Command)
    expected = [part.replace("~/", "/home/") for part in command.parts]
    line = Command(command.parts).text().replace('"$HOME"', "/home")
    assert shlex.split(line) == expected


def test_a_file_is_written_for_its_user_alone(tmp_path: Path) -> None:
    fed = written("~/private/it's a key.p8", "content\n")
    path = tmp_path / "private" / "it's a key.p8"
    path.parent.mkdir()
    path.write_text("an older one that others can read")
    path.chmod(0o644)
    done = sh(fed.command.text(), tmp_path, str(fed.stdin))
    assert done.returncode == 0, done.stderr
    assert path.read_text() == "content\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert sh(removed("~/private").text(), tmp_path).returncode == 0
    assert not path.parent.exists()


def test_a_keychain_outside_its_folder_needs_an_absolute_path() -> None:
    with pytest.raises(MacError) as raised:
        keychain.show_info("~/elsewhere/a.keychain-db")
    assert "absolute path" in str(raised.value)


@pytest.mark.parametrize("password", ["a\nb", "x" * 4096])
def test_a_password_that_security_cannot_read_is_refused(
    password: str,
) -> None:
    with pytest.raises(MacError) as raised:
        keychain.unlock(Secret(password))
    assert password not in str(raised.value)


def test_a_lock_fits_the_podfile_that_it_was_made_from() -> None:
    podfile = b"pod 'TensorFlow-experimental', '1.1.1'\n"
    made_of = hashlib.sha1(podfile, usedforsecurity=False).hexdigest()
    assert pods.lock_fits(podfile, f"PODS:\nPODFILE CHECKSUM: {made_of}\n")
    assert not pods.lock_fits(podfile + b"#", f"PODFILE CHECKSUM: {made_of}\n")
    assert not pods.lock_fits(podfile, "PODS:\n")


@pytest.mark.parametrize(
    ("first", "status", "calls"),
    [
        (0, 0, ["install --no-ansi"]),
        (31, 0, ["install --no-ansi", "install --no-ansi --repo-update"]),
        (1, 1, ["install --no-ansi"]),
    ],
)
def test_the_index_is_updated_only_where_no_spec_was_found(
    first: int, status: int, calls: list[str], tmp_path: Path
) -> None:
    pod = tmp_path / "pod"
    pod.write_text(
        '#!/bin/sh\necho "$@" >> calls\n'
        f'case "$*" in *update) exit 0;; *) exit {first};; esac\n'
    )
    pod.chmod(0o755)
    line = pods.install("~/").text()
    done = sh(f"PATH={tmp_path}:$PATH; {line}", tmp_path)
    assert done.returncode == status
    assert (tmp_path / "calls").read_text().splitlines() == calls


def test_a_job_stops_at_the_first_failure_and_tidies_up(
    tmp_path: Path,
) -> None:
    script = job_script(
        [
            Step("one", Command(("echo", "first"), "/")),
            Step("two", Command(("sh", "-c", "exit 65"))),
            Step("three", Command(("echo", "never"))),
        ],
        always=[Command(("false",)), Command(("touch", "~/tidied"))],
    )
    done = sh(script, tmp_path)
    assert done.returncode == 65
    lines = done.stdout.splitlines()
    marks = [mark for line in lines if (mark := read_mark(line))]
    assert [(each.kind, each.step, each.status) for each in marks] == [
        ("begin", "one", 0),
        ("end", "one", 0),
        ("begin", "two", 0),
        ("end", "two", 65),
    ]
    assert all(each.at_s > 1_700_000_000 for each in marks)
    assert "first" in lines
    assert "never" not in lines
    assert (tmp_path / "tidied").exists()


def test_a_job_tidies_up_after_a_signal_to_its_group(tmp_path: Path) -> None:
    script = job_script(
        [Step("long", Command(("sleep", "30")))],
        always=[Command(("touch", "~/tidied"))],
    )
    process = subprocess.Popen(
        ["/bin/sh", "-c", script],
        stdout=subprocess.PIPE,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert b"begin long" in process.stdout.readline()
    os.killpg(process.pid, 15)
    assert process.wait(timeout=30) in (143, -15)
    process.stdout.close()
    assert (tmp_path / "tidied").exists()


def test_a_line_of_a_program_is_no_mark() -> None:
    assert read_mark("note: === shopcam begin pods 0 1") is None


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (
            "debugging-automatic",
            export_options(Automatic("TEAM123456"), "com.example.shop"),
        ),
        (
            "testflight-upload",
            export_options(
                Automatic(),
                "com.example.shop",
                method="app-store-connect",
                upload=True,
                internal_testing_only=True,
            ),
        ),
        (
            "release-testing-manual",
            export_options(
                Manual("TEAM123456", "Shop <d'été> & more"),
                "com.example.shop",
                method="release-testing",
            ),
        ),
    ],
)
def test_export_options_are_a_plist_as_its_golden_file_says(
    name: str, options: ExportOptions
) -> None:
    text = rendered(options)
    matches_golden(text, f"export_options/{name}.plist")
    read = plistlib.loads(text.encode())
    assert read["method"] == options.method
    assert read["destination"] == options.destination
    assert read.get("teamID", "") == options.team
    assert read["manageAppVersionAndBuildNumber"] is False
    if options.profile:
        assert read["provisioningProfiles"] == {
            options.bundle_id: options.profile
        }


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"method": "ad-hoc"}, "ad-hoc"),
        ({"destination": "upload"}, "method debugging"),
        ({"profile": "P"}, "no bundle id"),
    ],
)
def test_export_options_that_xcodebuild_would_refuse_are_refused(
    values: dict[str, str], found: str
) -> None:
    with pytest.raises(UsageError) as raised:
        ExportOptions(**values)  # type: ignore[arg-type]
    assert found in str(raised.value)


def test_an_unsigned_archive_is_not_exported() -> None:
    with pytest.raises(UsageError, match="signed archive"):
        export_options(Unsigned(), "com.example.shop")
