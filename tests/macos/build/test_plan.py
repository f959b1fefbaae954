"""What a build does on the Mac, one golden file per case."""

from dataclasses import replace

import pytest

from shopcam.errors import UsageError
from shopcam.macos.build.order import Action, App, Order
from shopcam.macos.build.plan import (
    Plan,
    plan,
    purposes,
    secret_input,
    usual_actions,
)
from shopcam.macos.build.settings import Settings, ios_settings
from shopcam.macos.commands.fed import Fed
from shopcam.macos.secrets import Secret
from tests.macos.command_cases import KEY, PROJECT, RELEASE
from tests.macos.golden_files import matches_golden

TEAM = "TEAM123456"
ORDER = Order(
    PROJECT,
    private=f"{RELEASE}/private",
    kept_lock="~/shopcam/demo/Podfile.lock",
    app=App("demo", "com.example.shop", TEAM),
    settings=Settings(),
)
AUTOMATIC = replace(
    ORDER,
    settings=Settings(signing="automatic", team=TEAM),
    key=KEY,
    unlocks=True,
)
MANUAL = replace(
    ORDER,
    settings=Settings(
        signing="manual", profile="Shop d'été", method="release-testing"
    ),
    locked=True,
)
CASES: dict[str, tuple[tuple[Action, ...], Order]] = {
    "unsigned": (usual_actions(ORDER.settings), ORDER),
    "automatic": (usual_actions(AUTOMATIC.settings), AUTOMATIC),
    "manual": (usual_actions(MANUAL.settings), MANUAL),
    "simulator": (
        ("build",),
        replace(
            ORDER,
            settings=Settings(platform="simulator", configuration="Debug"),
        ),
    ),
    "test-simulator": (
        ("test",),
        replace(
            ORDER,
            settings=Settings(platform="simulator"),
            destination="platform=iOS Simulator,name=iPhone 17",
        ),
    ),
    "test-device": (
        ("test",),
        replace(AUTOMATIC, destination="platform=iOS,id=00008140"),
    ),
    "upload": (("upload",), AUTOMATIC),
}


def text_of(made: Plan) -> str:
    """A plan as its golden file has it; no secret stands in it."""
    lines = ["# before the job"]
    for each in made.before:
        lines.append((each.command if isinstance(each, Fed) else each).text())
        if isinstance(each, Fed) and isinstance(each.stdin, str):
            lines += ["-----", each.stdin.rstrip(), "-----"]
    for step in made.steps:
        lines += [f"# {step.name}", step.command.text()]
    lines += ["# however the job ends", *(c.text() for c in made.always)]
    lines += ["# what is fetched", *made.leaves]
    lines += ["# what must be there", *(need.folder for need in made.needs)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_a_plan_is_what_its_golden_file_says(case: str) -> None:
    matches_golden(text_of(plan(*CASES[case])), f"plans/{case}.txt")


def test_the_key_is_read_first_and_removed_however_the_job_ends() -> None:
    made = plan(("pods", "archive", "export"), AUTOMATIC)
    assert [step.name for step in made.steps] == [
        "key",
        "keychain",
        "pods",
        "archive",
        "export",
    ]
    assert [each.text() for each in made.always] == [
        f'rm -rf -- "$HOME"/{ORDER.private[2:]}'
    ]
    assert "MIGT" not in made.script


def test_the_secrets_are_what_the_job_reads_and_are_not_shown() -> None:
    given = secret_input(KEY, Secret("pass word"), "build.keychain-db")
    assert given.reveal().splitlines() == [
        *KEY.key.reveal().splitlines(),
        '"unlock-keychain" "-p" "pass word" "build.keychain-db"',
        '"set-key-partition-list" "-S" "apple-tool:,apple:,codesign:" "-s" '
        '"-k" "pass word" "build.keychain-db"',
    ]
    assert "pass word" not in repr(given)
    assert secret_input(None, None, "").reveal() == ""


def test_pods_need_no_secret() -> None:
    assert [step.name for step in plan(("pods",), AUTOMATIC).steps] == ["pods"]


def test_an_archive_that_nobody_signs_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        plan(("archive",), ORDER)
    assert caught.value.found == ("ios.signing is none, ios.platform is device")
    assert "--signing=automatic" in caught.value.next_step


def test_tests_on_an_iphone_that_nobody_signs_are_refused() -> None:
    with pytest.raises(UsageError, match="or --platform=simulator"):
        plan(("test",), ORDER)


@pytest.mark.parametrize(
    ("section", "actions", "needed"),
    [
        ({}, ("pods", "build"), ("sync", "build", "pods")),
        ({}, ("build",), ("sync", "build")),
        (
            {"signing": "automatic"},
            ("archive", "upload"),
            ("sync", "build", "signing", "upload"),
        ),
        ({"signing": "automatic"}, ("pods",), ("sync", "build", "pods")),
    ],
)
def test_only_the_checks_that_matter_are_asked(
    section: dict[str, str],
    actions: tuple[Action, ...],
    needed: tuple[str, ...],
) -> None:
    assert purposes(actions, ios_settings(section, {})) == needed
