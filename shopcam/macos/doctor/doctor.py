"""What a Mac has and lacks, asked, shown, and demanded."""

import textwrap
from collections.abc import Collection, Sequence

from shopcam.console import Console
from shopcam.errors import MacError
from shopcam.macos.doctor.checks import Check, Purpose, checks
from shopcam.macos.facts.gather import gather
from shopcam.macos.machine import Machine

ADVICE_COLUMNS = 76


def doctor(
    machine: Machine,
    folder: str,
    *,
    keychain: str = "",
    has_key: bool = False,
    has_password: bool = False,
    has_iphones: bool = True,
) -> tuple[Check, ...]:
    """Everything that was looked at on a Mac; see `checks`.

    Args:
        folder: where releases go there.
        keychain: the keychain that signs; the default one when empty.

    Raises:
        MacError: the Mac cannot be reached.
    """
    return checks(
        gather(machine, folder, keychain),
        has_key=has_key,
        has_password=has_password,
        has_iphones=has_iphones,
    )


def lacking(
    found: Sequence[Check], purposes: Collection[Purpose]
) -> tuple[Check, ...]:
    """What does not fit of what these purposes need."""
    return tuple(
        each for each in found if not each.fits and each.needed_for in purposes
    )


def require_fit(
    found: Sequence[Check], purposes: Collection[Purpose], name: str
) -> None:
    """Refuses a Mac that lacks what these purposes need.

    Args:
        name: what the user calls the Mac.

    Raises:
        MacError: with all that is lacking, and how to mend each.
    """
    wrong = lacking(found, purposes)
    if wrong:
        raise MacError(
            f"{name} lacks what this needs.",
            "\n         ".join(
                f"{each.name}: {each.found or 'none'}, wanted {each.wanted}"
                for each in wrong
            ),
            "\n         ".join(f"{each.name}: {each.how}" for each in wrong),
        )


def show(console: Console, name: str, found: Sequence[Check]) -> None:
    """The table of a Mac, and what mends it.

    Args:
        name: what the user calls the Mac.
    """
    console.note(f"\n{name}")
    console.rows(
        ("", "what", "found", "wanted", "needed for"),
        [
            (each.verdict, each.name, each.found, each.wanted, each.needed_for)
            for each in found
        ],
        styles={"ok": "green", "wrong": "bold red", "missing": "bold red"},
    )
    wrong = [each for each in found if not each.fits]
    if wrong:
        console.next_steps([line for each in wrong for line in advice(each)])


def advice(check: Check) -> list[str]:
    """What mends a check, in lines for a terminal of 80 columns."""
    return textwrap.wrap(
        f"{check.name}: {check.how}",
        ADVICE_COLUMNS,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
