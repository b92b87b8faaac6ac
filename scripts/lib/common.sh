# Shared by the scripts: messages, root rights, stamps. Sourced, never run.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VENV=$REPO/.venv
STAMPS=$VENV/.stamps
TOOLS=$VENV/tools
# Every start of Home Assistant would compile it again: seconds for each test process and each home of the rig.
unset PYTHONDONTWRITEBYTECODE

say() { printf '==> %s\n' "$*" >&2; }
warn() { printf '!!  %s\n' "$*" >&2; }
die() { printf 'ERROR: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# fingerprint FILE|WORD...: one hash over the contents of files and over plain words.
fingerprint() {
  local item
  for item in "$@"; do
    if [ -f "$item" ]; then cat "$item"; else printf '%s\n' "$item"; fi
  done | sha256sum | cut -d' ' -f1
}

# up_to_date NAME HASH: true when step NAME was last finished with exactly these inputs.
up_to_date() { [ -f "$STAMPS/$1" ] && [ "$(<"$STAMPS/$1")" = "$2" ]; }
mark_done() { mkdir -p "$STAMPS"; printf '%s' "$2" >"$STAMPS/$1"; }

# as_root COMMAND...: run it with root rights, or return 1 when there are none to be had.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; return; fi
  have sudo || return 1
  sudo "$@"
}

# Package clients with an own trust store need the system's certificates named.
use_system_certificates() {
  local bundle=/etc/ssl/certs/ca-certificates.crt
  if [ -z "${SSL_CERT_FILE:-}" ] && [ -f "$bundle" ]; then export SSL_CERT_FILE=$bundle; fi
}

# The project's own Node.js, where scripts/setup had to install one.
OWN_NODE=$VENV/nodejs/node-bin
[ ! -d "$OWN_NODE" ] || PATH=$OWN_NODE:$PATH
