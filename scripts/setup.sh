#!/usr/bin/env bash
# Makes a clone ready to run: system packages, npm packages, native addons, compiled TypeScript.
# Safe to run again: each step looks first and does nothing where nothing is left to do.
# usage: scripts/setup.sh [--for-tests]
set -euo pipefail
cd "$(dirname "$0")/.."

for_tests=false
[ "${1:-}" = "--for-tests" ] && for_tests=true

say() { printf 'setup: %s\n' "$*" >&2; }

node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) process.exit(0);
  console.error(`setup: Node ${process.versions.node} is too old: kubedyno needs 20.19 or newer`);
  process.exit(64);
'

# --- system packages -----------------------------------------------------------------------------------------
# "command:package". Only the compiler is needed to go on; without the others the lab runs with what there is.
needed="g++:g++ make:make python3:python3"
useful="iptables-legacy:iptables iptables-nft:iptables nft:nftables ipset:ipset ip:iproute2 modprobe:kmod
  ipvsadm:ipvsadm linux.uml:user-mode-linux unshare:util-linux setpriv:util-linux"
tested="wrk:wrk chromium:chromium"
PATH="$PATH:/usr/sbin:/sbin"

missing_packages() {
  local pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || printf '%s\n' "${pair##*:}"
  done | sort -u | tr '\n' ' '
}

wanted="$needed $useful"
if $for_tests; then wanted="$wanted $tested"; fi
# shellcheck disable=SC2086 # the list is meant to be split
missing=$(missing_packages $wanted)
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing system packages: $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
      tail -n 5 "$log" >&2
      say "some of them could not be installed; going on with what there is"
    fi
    rm -f "$log"
  else
    say "missing system packages; to install them run:  sudo apt-get install -y $missing"
  fi
fi
# shellcheck disable=SC2086
if [ -n "$(missing_packages $needed)" ]; then
  # shellcheck disable=SC2086
  say "cannot build the native addons without: $(missing_packages $needed)"
  exit 1
fi

# --- npm packages --------------------------------------------------------------------------------------------
mkdir -p .setup
lock_digest=$(sha256sum package.json package-lock.json | sha256sum | cut -d' ' -f1)
if [ ! -d node_modules ] || [ "$(cat .setup/npm 2>/dev/null)" != "$lock_digest" ]; then
  say "installing npm packages"
  npm ci --no-progress --loglevel=error >&2
  printf '%s' "$lock_digest" >.setup/npm
fi

# --- native addons -------------------------------------------------------------------------------------------
# The headers that came with Node save a download; without them node-gyp fetches its own.
node_prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
nodedir=()
[ -f "$node_prefix/include/node/node_api.h" ] && nodedir=("--nodedir=$node_prefix")
native_digest=$( (node -p 'process.version + process.arch'; find native binding.gyp -type f ! -name '*.ts' -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -d' ' -f1)
if [ ! -f build/Release/traffic.node ] || [ "$(cat .setup/native 2>/dev/null)" != "$native_digest" ]; then
  say "building native addons"
  log=$(mktemp)
  if ! node_modules/.bin/node-gyp configure build "${nodedir[@]}" --jobs "$(nproc)" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  printf '%s' "$native_digest" >.setup/native
fi

# --- TypeScript ----------------------------------------------------------------------------------------------
source_digest=$(find src native tsconfig.json -name '*.ts' -o -name 'tsconfig.json' | sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
if [ ! -d dist ] || [ "$(cat .setup/typescript 2>/dev/null)" != "$source_digest" ]; then
  say "compiling TypeScript"
  rm -rf dist
  node_modules/.bin/tsc -p tsconfig.json
  printf '%s' "$source_digest" >.setup/typescript
fi
