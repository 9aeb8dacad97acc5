/** The suites that the host's kernel passes, in the guest's: an older kernel, with its extensions as modules. */
import '../../native/iptables/counters.test.ts';
import '../../native/iptables/opaque-extensions.test.ts';
import '../../native/iptables/refusals.test.ts';
import '../../native/iptables/round-trips.test.ts';
