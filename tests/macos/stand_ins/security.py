"""security(1): the keychain, as Apple's SecurityTool/macOS/*.c have it."""

import sys
from dataclasses import replace

from tests.macos.stand_ins.refusal import options, refuse
from tests.macos.stand_ins.settings import load, save

LONGEST_LINE = 4096
MOST_WORDS = 32
WRONG_PASSWORD = 51  # errSecAuthFailed, -25293, as an exit status
LOCKED = 36  # errSecInteractionNotAllowed, -25308
KEYCHAINS = ("login.keychain-db", "build.keychain-db")
PARTITIONS = {"apple-tool:", "apple:", "codesign:"}


def main(arguments: list[str]) -> int:
    """Runs one command, or with -i those of standard input."""
    if arguments == ["-i"]:
        status = 0
        for line in sys.stdin:
            refuse(len(line.encode()) >= LONGEST_LINE, "the line is too long")
            words = split_line(line)
            refuse(len(words) > MOST_WORDS, "the line has too many words")
            if words:
                status = execute(words)
                if status:
                    print(f"{words[0]}: returned {status}", file=sys.stderr)
        return status
    for word in arguments:
        refuse(
            word in ("-p", "-k") and "find-identity" not in arguments,
            (f"{word}: every user of the Mac sees a password there"),
        )
    refuse(not arguments, "usage: security [-h] [-i] [command] [opt ...]", 2)
    return execute(arguments)


def execute(words: list[str]) -> int:
    """Runs one command."""
    commands = {
        "find-identity": find_identity,
        "set-key-partition-list": set_key_partition_list,
        "show-keychain-info": show_keychain_info,
        "unlock-keychain": unlock_keychain,
    }
    if words[0] not in commands:
        print(f'security: unknown command "{words[0]}"', file=sys.stderr)
        return 1
    return commands[words[0]](words[1:])


def unlock_keychain(arguments: list[str]) -> int:
    """unlock-keychain [-u] [-p password] [keychain]"""
    given, words = options(arguments, ("-u",), ("-p",))
    if status := keychain_error(words):
        return status
    if given.get("-p") != load().keychain_password:
        print(
            f"security: SecKeychainUnlock {words[0] if words else '<NULL>'}: "
            "The user name or passphrase you entered is not correct.",
            file=sys.stderr,
        )
        return WRONG_PASSWORD
    save(replace(load(), keychain_is_open=True))
    return 0


def set_key_partition_list(arguments: list[str]) -> int:
    """set-key-partition-list [options...] [keychain]"""
    given, words = options(arguments, ("-s",), ("-S", "-k"))
    if status := keychain_error(words):
        return status
    refuse("-S" not in given or "-s" not in given, "-S and -s are missing")
    partitions = set(given["-S"].split(","))
    refuse(partitions != PARTITIONS, f"not all partitions: {partitions}")
    if given.get("-k") != load().keychain_password:
        print(
            "security: SecKeychainUnlock: The user name or passphrase you "
            "entered is not correct.",
            file=sys.stderr,
        )
        return 1
    print("keychain: login.keychain-db")
    return 0


def show_keychain_info(arguments: list[str]) -> int:
    """show-keychain-info [keychain]"""
    if status := keychain_error(arguments):
        return status
    name = arguments[0] if arguments else "<NULL>"
    if not load().keychain_is_open:
        print(
            f"security: SecKeychainCopySettings {name}: User interaction is "
            "not allowed.",
            file=sys.stderr,
        )
        return LOCKED
    print(f'Keychain "{name}" no-timeout', file=sys.stderr)
    return 0


def find_identity(arguments: list[str]) -> int:
    """find-identity [-p policy] [-v] [keychain...]"""
    given, words = options(arguments, ("-v",), ("-p",))
    refuse(given.get("-p") != "codesigning" or words, "-p codesigning")
    names = load().identities
    for number, name in enumerate(names, start=1):
        print(f'  {number}) {number:040X} "{name}"')
    print(f"     {len(names)} valid identities found")
    return 0


def keychain_error(words: list[str]) -> int:
    """The status for a keychain that does not exist; 0 for one that does."""
    refuse(len(words) > 1, "one keychain at most", 2)
    if words and words[0].rpartition("/")[2] not in KEYCHAINS:
        print(
            f"security: SecKeychainUnlock {words[0]}: The specified keychain "
            "could not be found.",
            file=sys.stderr,
        )
        return 50
    return 0


def split_line(line: str) -> list[str]:
    """The words of a line, by the rules of split_line in security.c.

    Quotes of either kind group, and end the word where they end; a backslash
    takes the next character as it is, within quotes too.
    """
    words: list[str] = []
    word: list[str] | None = None
    quote, is_escaped = "", False
    for char in line:
        if word is None:
            if char.isspace():
                continue
            word, quote = [], char if char in "\"'" else ""
            if quote:
                continue
        if is_escaped:
            word.append(char)
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif char == quote or (not quote and char.isspace()):
            words.append("".join(word))
            word = None
        else:
            word.append(char)
    if word is not None:
        words.append("".join(word))
    return words
