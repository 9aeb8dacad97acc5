#pragma once

#include <cstdint>

#include "netlink-builder.h"
#include "records.h"

/** Writes IPVS requests (uapi/linux/ip_vs.h); no I/O. `family` is the id of the generic-netlink family IPVS. */
namespace ipvs {

/** One change. @throws netlink::Error kRequest for a record whose kind, service or names are out of range. */
void appendOperation(netlink::MessageBuilder& builder, std::uint16_t family, const OperationRecord& operation);

void appendListServices(netlink::MessageBuilder& builder, std::uint16_t family);
void appendGetService(netlink::MessageBuilder& builder, std::uint16_t family, const ServiceConfig& service);
void appendListDestinations(netlink::MessageBuilder& builder, std::uint16_t family, const ServiceConfig& service);
void appendGetTimeouts(netlink::MessageBuilder& builder, std::uint16_t family);
/** 0 seconds leaves a timeout as it is. */
void appendSetTimeouts(netlink::MessageBuilder& builder, std::uint16_t family, const Timeouts& timeouts);
void appendGetInfo(netlink::MessageBuilder& builder, std::uint16_t family);

}  // namespace ipvs
