#!/usr/bin/env bash
# Makes the pictures of docs/images anew: the sample's pages, in use. Needs what their tests in a browser need.
#   sample-app/screenshots.sh                  of all pages
#   sample-app/screenshots.sh tokens market    of some
set -euo pipefail
cd "$(dirname "$0")/.."
./mvnw -q -pl sample-app -am test -Dtest=Screenshots -Dsurefire.failIfNoSpecifiedTests=false -Dscreenshots="$*"
ls -l docs/images
