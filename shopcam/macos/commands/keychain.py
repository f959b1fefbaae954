"""Unlocking the keychain that holds the signing key.

Over SSH the keychain is locked, and codesign can show no window to ask: it
fails with errSecInternalComponent. Two commands mend that, in the session
that builds (https://developer.apple.com/forums/thread/712005).

Both take the password as an option, which `ps` would show to every user of
the Mac. Without the option they ask on the terminal, which differs between
SSH and a local run. So they are given to `security -i`, which reads its
commands, one a line, from standard input.
"""

from pathlib import PurePosixPath

from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.commands.fed import Fed
from shopcam.macos.secrets import Secret, escaped

# The tools that may use the key without a window; codesign itself is signed
# by Apple, hence "apple:".
PARTITIONS = "apple-tool:,apple:,codesign:"
KEYCHAINS = "~/Library/Keychains/"
# MAX_LINE_LEN of Apple's SecurityTool/macOS/security.c: the rest of a longer
# line would be taken for the next command, and be shown as an unknown one.
LONGEST_LINE = 4095


def unlock(password: Secret, keychain: str = "") -> Fed:
    """Unlocks a keychain; status 0 when it is open.

    Args:
        password: the keychain's, usually that of the user's login.
        keychain: its name or path; the default keychain when empty.

    Raises:
        MacError: `security` cannot read such a line.
    """
    return said(("unlock-keychain", "-p", password, *named(keychain)))


def allow_codesign(password: Secret, keychain: str = "") -> Fed:
    """Lets codesign use the keychain's signing keys without a window.

    It is needed once for each imported key, and harmless when repeated.
    """
    options = ("-S", PARTITIONS, "-s", "-k", password)
    return said(("set-key-partition-list", *options, *named(keychain)))


def show_info(keychain: str = "") -> Command:
    """Tells whether a keychain is open: status 0, or 36 when it is not."""
    return Command(("security", "show-keychain-info", *named(keychain)))


def identities() -> Command:
    """Lists the signing identities whose certificates are valid."""
    return Command(("security", "find-identity", "-v", "-p", "codesigning"))


def named(keychain: str) -> tuple[str, ...]:
    """A keychain as `security` finds it, which knows no `~`.

    A name without a folder is one in the user's ~/Library/Keychains.

    Raises:
        MacError: the path begins with `~` and is elsewhere.
    """
    name = keychain.removeprefix(KEYCHAINS)
    if name.startswith("~"):
        raise MacError(
            "A keychain is named by its absolute path, or by its file name "
            f"in {KEYCHAINS}",
            keychain,
            "correct it in fabric.yaml",
        )
    return (name,) if name else ()


def said(words: tuple[str | Secret, ...]) -> Fed:
    """One line for `security -i`, whose status is that of its last line."""
    line = " ".join(
        quoted(each.reveal() if isinstance(each, Secret) else each)
        for each in words
    )
    if len(line.encode()) > LONGEST_LINE or not line.isprintable():
        raise MacError(
            "The keychain's password and path are one line of at most "
            f"{LONGEST_LINE} bytes.",
            "a longer one, or one with control characters",
            "shorten the password",
        )
    return Fed(Command(("security", "-i")), Secret(f"{line}\n", "line"))


def quoted(word: str) -> str:
    """`word` for split_line of Apple's security.c.

    There a quoted word ends at the next quote, and a backslash takes the
    next character as it is, between quotes too.
    """
    return f'"{escaped(word)}"'


def file_name(keychain: str) -> str:
    """How a message calls a keychain."""
    return PurePosixPath(keychain).name or "the default keychain"
