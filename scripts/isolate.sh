#!/bin/sh
# Runs a command in the private namespaces that src/kernel/isolation.ts made: gives them a /run of their own, which holds
# every temporary file and lock and vanishes with them, and reports on descriptor 3 that all is in place.
# usage: isolate.sh SIZE COMMAND [ARGUMENT…]      SIZE: of the private /run, as mount(8) takes it
set -eu
size=$1
shift
mount -t tmpfs -o "size=$size,mode=0755" kubedyno /run
mkdir /run/tmp
TMPDIR=/run/tmp
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"
export TMPDIR PATH
echo '{"type":"ready"}' >&3
exec "$@"
