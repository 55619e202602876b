#!/bin/sh
# Install the release into a temporary directory and look at what came.
set -eu
dest=${WORK:-$(mktemp -d)}/install
make -s V=release install DESTDIR="$dest" PREFIX=/usr
"$dest/usr/bin/bangfu" help > /dev/null
grep -q '^\.TH' "$dest/usr/share/man/man1/bangfu.1"
for unit in bangfu-verify.service bangfu-verify.timer; do
    test -s "$dest/usr/lib/systemd/system/$unit"
done
rm -rf "$dest"
