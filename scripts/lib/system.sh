# System packages. Only Debian and its relatives are changed, and only by adding packages.

# Needed package per command or library, by what part of the set-up wants it.
SYSTEM_E2E=(
  "cmd:chromium chromium"
  "cmd:radvd radvd"
  "cmd:nft nftables"
  "cmd:ip iproute2"
  "cmd:ping iputils-ping"
  "lib:libnl-3.so.200 libnl-3-200"
  "lib:libnl-route-3.so.200 libnl-route-3-200"
)
SYSTEM_COMPILE=("cmd:gcc gcc" "cmd:g++ g++" "file:/usr/include/stdlib.h libc6-dev")
SYSTEM_PYTHON=("cmd:python3 python3" "py:ensurepip python3-venv")

# present KIND:NAME
present() {
  local name=${1#*:}
  case $1 in
    cmd:*) have "$name" || [ -x "/usr/sbin/$name" ] || [ -x "/sbin/$name" ] ;;
    lib:*) compgen -G "/usr/lib/*/$name*" >/dev/null || compgen -G "/lib/*/$name*" >/dev/null || compgen -G "/usr/lib/$name*" >/dev/null ;;
    file:*) [ -e "$name" ] ;;
    py:*) python3 -c "import $name" 2>/dev/null ;;
  esac
}

# missing_packages "KIND:NAME PACKAGE"...: prints the packages that are not there.
missing_packages() {
  local row
  for row in "$@"; do present "${row% *}" || printf '%s\n' "${row#* }"; done
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
  local log; log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then rm -f "$log"; return 0; fi
  tail -n 20 "$log" >&2
  rm -f "$log"
  return 1
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"; }

# install_packages WHY PACKAGE...: by apt; returns 1 where that is not possible.
install_packages() {
  local why=$1; shift
  have apt-get || return 1
  say "Installing system packages for $why: $*"
  quietly apt_get update || warn "apt-get update failed; trying with the lists that are there"
  quietly apt_get install -y --no-install-recommends "$@"
}

# need_system WHY "KIND:NAME PACKAGE"...: installs what is missing or says what to install; never ends the set-up.
need_system() {
  local why=$1 missing; shift
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  install_packages "$why" "${missing[@]}" && return 0
  warn "Missing for $why: ${missing[*]} (Debian package names). Install them by hand; this step goes on without."
}
