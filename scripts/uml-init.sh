#!/bin/sh
# First process of the guest kernel: prepares a minimal system on the read-only root and runs the agent on the serial
# line. Whoever booted the guest ends it; there is nothing to shut down.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME=/run/home
TMPDIR=/run/tmp
NO_COLOR=1
export PATH HOME TMPDIR NO_COLOR

folder=/run/kubedyno
node=$(readlink -f "$folder/node")
agent=$(readlink -f "$folder/agent")
exec 4<"$folder/job"

mount=$folder/mount
"$mount" -t proc proc /proc
"$mount" -t sysfs sysfs /sys
# From here on the host's /run is hidden; the open job and the resolved paths remain.
"$mount" -t tmpfs tmpfs /run
mkdir -p "$HOME" "$TMPDIR" /run/modules/lib/modules

# The kernel loads modules by itself through the program named here. Their parameters are on its command line.
release=$(uname -r)
for modules in "/usr/lib/uml/modules/$release" "/lib/modules/$release"; do
  if [ -d "$modules" ]; then ln -sfn "$modules" "/run/modules/lib/modules/$release"; fi
done
printf '#!/bin/sh\nexec modprobe -d /run/modules "$@"\n' >/run/modprobe
chmod 755 /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
# Of all that is used, only this does not load itself: iptables-legacy's socket options are not there until it is.
/run/modprobe ip_tables || :

# Raw: a record may have any length and any byte.
stty raw -echo </dev/ttyS0
"$node" "$agent" </dev/ttyS0 3>/dev/ttyS0
printf '{"type":"agent-exited","code":%d}\n' $? >/dev/ttyS0
while :; do sleep 3600; done
