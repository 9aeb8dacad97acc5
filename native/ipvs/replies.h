#pragma once

#include <cstdint>

#include "netlink-reader.h"
#include "records.h"

/**
 * Reads the kernel's IPVS replies into records; no I/O. Unknown attributes are passed over (newer kernels add some);
 * a missing, wrongly sized or impossible one is a netlink::Error kMalformed.
 */
namespace ipvs {

/** Counters come from STATS64, or from STATS (32-bit packets and rates) where the kernel is older than 4.0. */
ServiceRecord readService(const netlink::Message& message);

/** `serviceFamily` is the destination's where the kernel (before 3.18) does not say it. */
DestinationRecord readDestination(const netlink::Message& message, std::uint16_t serviceFamily);

/** 0 for a protocol that the kernel was built without. */
Timeouts readTimeouts(const netlink::Message& message);
Info readInfo(const netlink::Message& message);

}  // namespace ipvs
