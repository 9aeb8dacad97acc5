#!/bin/sh
# Boots the guest kernel, inside the namespaces of isolate.sh, over this machine's file system mounted read-only.
# usage: uml-boot.sh NODE AGENT LINUX_UML [KERNEL_PARAMETER…]
#   descriptor 0: control lines for the agent    3: records, becomes the guest's serial line    4: the job
set -eu
node=$1
agent=$2
kernel=$3
shift 3
folder=/run/kubedyno
mkdir -p "$folder/uml"
# The kernel's command line is split at blanks; links keep paths with blanks out of it.
ln -s "$node" "$folder/node"
ln -s "$agent" "$folder/agent"
ln -s "$(dirname "$(readlink -f "$0")")/uml-init.sh" "$folder/init"
# mount is set-uid to a user that the guest sees as nobody when this is not run by root; a plain copy stays root's.
cp "$(command -v mount)" "$folder/mount"
cat <&4 >"$folder/job"
# Without a job nobody waits for the guest.
test -s "$folder/job"
exec 4<&-
# A guest that panics aborts, and must not leave a core file.
ulimit -c 0
# Before that it sends SIGTERM to its whole process group: it gets a session of its own, and it
# must not be the first process of its namespace, which signals of its own cannot end.
# Its memory is a file in TMPDIR, and only the pages that it touches take up room there.
setsid "$kernel" "$@" "uml_dir=$folder/uml" umid=guest \
  rootfstype=hostfs rootflags=/ ro quiet "init=$folder/init" con=null con0=null,fd:1 ssl=null ssl0=fd:0,fd:3
