"""The scripts that a job is placed, started, followed and stopped with.

They run in the /bin/sh of macOS, an old bash, and need nothing that a Mac
does not have.
"""

from shopcam.macos.commands.job_script import MARK
from shopcam.macos.jobs.job_state import ALIVE
from shopcam.macos.log.beautified import STEP_ENDED, THERE

TAKEN, GONE = 75, 70

# $1 the job's folder. The script comes by standard input.
PLACE = f"""
[ ! -d "$1" ] || exit {TAKEN}
umask 077
mkdir "$1" && cat >"$1/command"
"""
# bash has job control without a terminal, dash has not; macOS has no setsid.
# A process group of its own keeps what ends the session from the job.
START = """
cd "$1" || exit
folder=$PWD
input=$(cat; echo .)
date -u +%Y-%m-%dT%H:%M:%SZ >started
: >log
set -m
/bin/sh -c "$2" job "$folder" < <(printf %s "${input%.}") >log 2>&1 &
until [ -f pid ]
do kill -0 $! 2>/dev/null || break; sleep 0.05
done
[ -f pid ]
"""
# The signals of `stop` reach this shell, too; it stays to write the status.
# A Mac that nobody touches would fall asleep.
RUN = """
trap '' HUP
trap : INT TERM
echo $$ >pid.part && mv pid.part pid || exit
command -v caffeinate >/dev/null && caffeinate -i -w $$ &
/bin/sh ./command
status=$?
trap '' INT TERM
echo "$status" >status.part && mv status.part status
"""
# $1 the job's folder, $2 how much of the log was seen. Whether it has ended
# is asked before its log is read, so that nothing is missed; it ends when
# nobody is there to read it.
FOLLOW = (
    ALIVE
    + f"""
cd "$1" || exit
seen=$2
watched=$(above)
while [ "$(above)" = "$watched" ]
do
  ended=
  if [ -f status ]; then ended=0
  elif ! alive . && [ ! -f status ]; then ended={GONE}
  fi
  size=$(wc -c <log)
  if [ "$size" -gt "$seen" ]
  then
    tail -c "+$((seen + 1))" log | head -c "$((size - seen))" || exit
    seen=$((size))
  fi
  [ -z "$ended" ] || exit "$ended"
  sleep 0.3
done
"""
)
XCBEAUTIFY = "xcbeautify --disable-logging --disable-colored-output"
# The same through xcbeautify, which must know these options. Each step has an
# xcbeautify of its own: into a pipe it writes lines by the block, and the last
# ones as it ends.
BEAUTIFY = f"""
{XCBEAUTIFY} </dev/null >/dev/null 2>&1 || exit
echo '{THERE}'
(
{FOLLOW}
) | while IFS= read -r line
do
  case $line in '{MARK} begin '*) ;; *) continue ;; esac
  while IFS= read -r line
  do
    case $line in '{MARK} end '*) break ;; esac
    printf '%s\\n' "$line"
  done | {XCBEAUTIFY} 2>/dev/null || exit
  echo '{STEP_ENDED}'
done
"""
# $1 the job's folder, $2 the tenths of a second that it is given. Those that
# have left the group are found by their parents.
STOP = (
    ALIVE
    + """
cd "$1" || exit
alive . || exit 0
members() {
  ps -A -o pid= -o ppid= -o pgid= -o stat= | awk -v lead="$pid" '
    { pid[NR] = $1; up[NR] = $2; group[NR] = $3; state[NR] = $4 }
    END {
      found[lead]
      do {
        more = 0
        for (i = 1; i <= NR; i++)
          if (!(pid[i] in found) && (up[i] in found || group[i] == lead)) {
            found[pid[i]]
            more = 1
          }
      } while (more)
      for (i = 1; i <= NR; i++)
        if (pid[i] in found && state[i] !~ /^Z/) print pid[i]
    }'
}
# wait_for TENTHS PID...: until none of them is left.
wait_for() {
  left=$1
  shift
  list=$(echo "$@" | tr ' ' ,)
  while [ "$left" -gt 0 ] && ps -o stat= -p "$list" | grep -qv '^Z'
  do
    sleep 0.1
    left=$((left - 1))
  done
}
first=$(members)
kill -TERM $first 2>/dev/null
wait_for "$2" $first
all="$first $(members)"
kill -KILL $all 2>/dev/null
wait_for 20 $all
[ -f status ] || { echo 143 >status.part && mv status.part status; }
"""
)
