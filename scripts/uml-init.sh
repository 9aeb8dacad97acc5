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
# Only ip_tables has to be loaded by hand: iptables-legacy's socket options are not there until it is. The others would
# load by themselves, each with a modprobe of its own, and a new process is slow here: together they take a tenth of that.
/run/modprobe -qa ip_tables iptable_filter iptable_nat nf_tables nft_compat dummy veth nf_conntrack_netlink \
  xt_comment xt_mark xt_statistic xt_conntrack xt_addrtype xt_recent xt_set xt_nat xt_MASQUERADE ipt_REJECT xt_tcpudp \
  ip_set ip_set_hash_ip ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet ip_set_bitmap_port ip_vs \
  ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_lblc ip_vs_lblcr ip_vs_dh ip_vs_sh ip_vs_sed ip_vs_nq ip_vs_mh ip_vs_fo \
  ip_vs_ovf || :

# Raw: a record may have any length and any byte.
stty raw -echo </dev/ttyS0
"$node" "$agent" </dev/ttyS0 3>/dev/ttyS0
printf '{"type":"agent-exited","code":%d}\n' $? >/dev/ttyS0
while :; do sleep 3600; done
