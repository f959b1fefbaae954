"""How a shell on the Mac tells whether a job is at work.

A process id alone does not tell: after a restart it may be anybody's. The
program of a job has the job's folder among its arguments.
"""

# alive FOLDER: whether its job runs.
# above: who waits for this shell; other words when the connection has gone.
ALIVE = """
above() { ps -o ppid= -p "$$,$PPID"; }
alive() {
  [ -f "$1/pid" ] || return 1
  read -r pid <"$1/pid" || return 1
  mark=$(cd "$1" && pwd)
  ps -ww -o args= -p "$pid" 2>/dev/null | grep -qF "job $mark"
}
"""
