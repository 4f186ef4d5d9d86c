# Sourced by the scripts: which Debian packages do what, and a function that installs them.
# shellcheck shell=bash disable=SC2034

packages_library=(ca-certificates ccache cmake g++ libargon2-dev libboost-dev libcrypt-dev libcurl4-openssl-dev
  libfmt-dev libqrcodegencpp-dev libsqlite3-dev libssl-dev libutf8proc-dev ninja-build pkg-config)
packages_examples=(libcli11-dev liblmdb-dev nlohmann-json3-dev)
packages_tests=(doctest-dev git librsvg2-bin nlohmann-json3-dev oathtool openssl python3 python3-pyotp util-linux
  zbar-tools)
packages_ci=(clang-19 clang-format-19 clang-tidy-19 clang-tools-19 libbenchmark-dev libclang-rt-19-dev liboath-dev
  shellcheck)

# need PACKAGE...: installs those of the packages that are not there. As root directly, else with sudo.
need() {
  local missing=() package
  for package in "$@"; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
      missing+=("$package")
    fi
  done
  if [ ${#missing[@]} -eq 0 ]; then
    return
  fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "missing: ${missing[*]}. Install them as root: apt-get install -y ${missing[*]}"
    as_root=(sudo)
  fi
  echo "Installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || stop "apt-get update failed (no network?); missing: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null || stop "apt-get could not install: ${missing[*]}"
}

# stop TEXT: one clear line, and the end.
stop() {
  echo "$(basename "$(dirname "$0")")/$(basename "$0"): $1" >&2
  exit 1
}

command -v dpkg-query >/dev/null || stop "this script knows Debian's packages only; see README.md for what to install"
