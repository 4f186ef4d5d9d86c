# Sourced by the tests of this folder, which set `test` to their own name: what to do where something is missing, and the
# npm packages of package.json.
# shellcheck shell=bash

# missing TEXT: skips the test, or fails it under CI=true.
missing() {
  # shellcheck disable=SC2154
  echo "$test: $1"
  [ "${CI:-}" = true ] && exit 1
  exit 77
}

# need_programs PACKAGES PROGRAM...
need_programs() {
  local packages=$1 program
  shift
  for program in "$@"; do
    command -v "$program" >/dev/null || missing "$program is missing: apt-get install $packages"
  done
}

# install_packages FOLDER: puts the npm packages and the scripts beside them into FOLDER; two tests may ask at once.
install_packages() {
  local packages=$1 here
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  mkdir -p "$packages"
  exec 9>"$packages/lock"
  flock 9
  if ! cmp -s "$here/package-lock.json" "$packages/installed"; then
    cp "$here/package.json" "$here/package-lock.json" "$packages"
    (cd "$packages" && npm ci --prefer-offline --no-audit --no-fund --ignore-scripts >npm.log 2>&1) ||
      missing "npm cannot install the packages of tests/real/package.json: see $packages/npm.log"
    cp "$here/package-lock.json" "$packages/installed"
  fi
  cp "$here"/*.mjs "$packages"  # node looks for packages beside a script
  exec 9>&-
}
