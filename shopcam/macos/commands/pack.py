"""What a job left, as files that can be fetched one by one."""

from collections.abc import Sequence

from shopcam.macos.command import Command, script

# $1 the list, then what goes into it. The shell writes the home out, so that
# whoever attaches later reads paths that are whole.
NOTE = 'list=$1; shift; mkdir -p "${list%/*}" && printf "%s\\n" "$@" >"$list"'
# $1 the list, $2 the folder for the files. A folder becomes a zip as the
# Finder makes it, which keeps the links and modes that an .app is made of.
PACK = """\
mkdir -p "$2" || exit
[ -f "$1" ] || exit 0
while IFS= read -r each; do
  name=${each##*/}
  if [ -d "$each" ]; then
    name=$name.zip
    ditto -c -k --sequesterRsrc --keepParent "$each" "$2/$name" || exit
  elif [ -f "$each" ]; then
    ln "$each" "$2/$name" || exit
  else
    continue
  fi
  wc -c <"$2/$name" | tr -d ' \\n'
  printf ' %s\\n' "$name"
done <"$1"
"""


def noted(list_file: str, leaves: Sequence[str]) -> Command:
    """Writes down what a job will leave, for `packed` to find.

    Args:
        list_file: where it is written.
        leaves: the paths of files and folders.
    """
    return script(NOTE, list_file, *leaves)


def packed(list_file: str, folder: str) -> Command:
    """Puts what there is of it into a folder; prints sizes and names.

    Args:
        list_file: what `noted` wrote.
        folder: one that nobody else fetches from; made.
    """
    return script(PACK, list_file, folder)
