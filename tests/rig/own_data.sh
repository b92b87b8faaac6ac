#!/bin/sh
# own_data.sh DATA KEEP -- COMMAND: run a command in a root of its own in which /data is DATA and /tmp is
# empty but for the folders of the list KEEP (colon-separated). The CHIP wheel has both paths built in.
# Needs a private mount namespace; nothing is made on the real root.
set -eu
data=$1 keep=$2
shift 3
root=$data/.root
mkdir -p "$root"
mount -t tmpfs none "$root"
for place in /*; do
  case $place in /data | /tmp) continue ;; esac
  if [ -L "$place" ]; then
    cp -a "$place" "$root/"
  elif [ -d "$place" ]; then
    mkdir "$root$place"
    mount --rbind "$place" "$root$place"
  fi
done
mkdir -p "$root/data" "$root/tmp"
chmod 1777 "$root/tmp"
mount --bind "$data" "$root/data"
IFS=:
for place in $keep; do
  mkdir -p "$root$place"
  mount --rbind "$place" "$root$place"
done
unset IFS
exec chroot "$root" "$@"
