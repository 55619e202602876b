#!/bin/sh
# Print version.c for version $1: with the commit when this is a git tree.
set -eu
commit=$(git describe --always --dirty --exclude '*' 2>/dev/null) || commit=
cat <<END
#include "base/version.h"
const char bangfu_version[] = "$1${commit:+ ($commit)}";
END
