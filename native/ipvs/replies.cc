#include "replies.h"

#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace ipvs {
namespace {

using netlink::Attribute;
using netlink::AttributeReader;
using netlink::malformed;
using netlink::Message;

/** Which attributes were seen: bit n for attribute n. */
class Seen {
 public:
  void mark(std::uint16_t type) {
    if (type < 32) bits_ |= 1U << type;
  }
  bool has(std::uint16_t type) const { return (bits_ >> type & 1U) != 0; }
  void require(std::initializer_list<std::uint16_t> types, const char* what) const {
    for (const std::uint16_t type : types) {
      if (!has(type)) throw malformed(std::string("IPVS ") + what + " lacks attribute " + std::to_string(type));
    }
  }

 private:
  std::uint32_t bits_ = 0;
};

/** The nested attribute of a message that carries its one service or destination. */
Attribute nested(const Message& message, std::uint16_t type) {
  AttributeReader reader = message.attributes<genlmsghdr>();
  while (const auto attribute = reader.next()) {
    if (attribute->type == type) return *attribute;
  }
  throw malformed("IPVS message lacks attribute " + std::to_string(type));
}

std::uint16_t readFamily(const Attribute& attribute) {
  const std::uint16_t family = attribute.u16();
  if (family != AF_INET && family != AF_INET6) {
    throw malformed("IPVS address family " + std::to_string(family) + " is neither IPv4 nor IPv6");
  }
  return family;
}

void readAddress(const Attribute& attribute, std::uint8_t (&address)[16]) {
  const auto bytes = attribute.as<std::array<std::uint8_t, 16>>();
  std::copy(bytes.begin(), bytes.end(), address);
}

void readName(const Attribute& attribute, char (&field)[kNameBytes]) {
  const std::string_view name = attribute.string();
  if (name.size() >= kNameBytes) throw malformed("an IPVS name of " + std::to_string(name.size()) + " bytes");
  std::fill(std::copy(name.begin(), name.end(), field), field + kNameBytes, '\0');
}

/** A counter of 8 bytes, or of 4 as STATS has them. */
std::uint64_t readCounter(const Attribute& attribute) {
  return attribute.payload.size() == sizeof(std::uint32_t) ? attribute.u32() : attribute.u64();
}

Statistics readStatistics(const Attribute& nest) {
  Statistics statistics{};
  Seen seen;
  AttributeReader reader(nest.payload);
  while (const auto attribute = reader.next()) {
    if (attribute->type < IPVS_STATS_ATTR_CONNS || attribute->type > IPVS_STATS_ATTR_OUTBPS) continue;
    statistics.counters[attribute->type - IPVS_STATS_ATTR_CONNS] = readCounter(*attribute);
    seen.mark(attribute->type);
  }
  for (std::uint16_t type = IPVS_STATS_ATTR_CONNS; type <= IPVS_STATS_ATTR_OUTBPS; ++type) {
    seen.require({type}, "statistics");
  }
  return statistics;
}

/** Keeps the counters of STATS64 whichever of the two nests comes first. */
class StatisticsChoice {
 public:
  void take32(const Attribute& nest) {
    if (!have64_) statistics_ = readStatistics(nest);
    have_ = true;
  }
  void take64(const Attribute& nest) {
    statistics_ = readStatistics(nest);
    have_ = have64_ = true;
  }
  Statistics get() const {
    if (!have_) throw malformed("IPVS reply without statistics");
    return statistics_;
  }

 private:
  Statistics statistics_{};
  bool have_ = false;
  bool have64_ = false;
};

void readServiceAttribute(const Attribute& attribute, ServiceConfig& config, StatisticsChoice& statistics) {
  switch (attribute.type) {
    case IPVS_SVC_ATTR_AF: config.family = readFamily(attribute); break;
    case IPVS_SVC_ATTR_PROTOCOL: config.protocol = attribute.u16(); break;
    case IPVS_SVC_ATTR_ADDR: readAddress(attribute, config.address); break;
    case IPVS_SVC_ATTR_PORT: config.port = attribute.u16Be(); break;
    case IPVS_SVC_ATTR_FWMARK: config.firewallMark = attribute.u32(); break;
    case IPVS_SVC_ATTR_SCHED_NAME: readName(attribute, config.scheduler); break;
    case IPVS_SVC_ATTR_PE_NAME: readName(attribute, config.persistenceEngine); break;
    case IPVS_SVC_ATTR_FLAGS: config.flags = attribute.as<ip_vs_flags>().flags; break;
    case IPVS_SVC_ATTR_TIMEOUT: config.timeoutSeconds = attribute.u32(); break;
    case IPVS_SVC_ATTR_NETMASK: config.netmask = attribute.u32(); break;
    case IPVS_SVC_ATTR_STATS: statistics.take32(attribute); break;
    case IPVS_SVC_ATTR_STATS64: statistics.take64(attribute); break;
    default: break;
  }
}

void readDestinationAttribute(const Attribute& attribute, DestinationRecord& record, StatisticsChoice& statistics) {
  DestinationConfig& config = record.config;
  switch (attribute.type) {
    case IPVS_DEST_ATTR_ADDR_FAMILY: config.family = readFamily(attribute); break;
    case IPVS_DEST_ATTR_ADDR: readAddress(attribute, config.address); break;
    case IPVS_DEST_ATTR_PORT: config.port = attribute.u16Be(); break;
    case IPVS_DEST_ATTR_FWD_METHOD: config.forward = attribute.u32(); break;
    case IPVS_DEST_ATTR_WEIGHT: config.weight = attribute.u32(); break;
    case IPVS_DEST_ATTR_U_THRESH: config.upperThreshold = attribute.u32(); break;
    case IPVS_DEST_ATTR_L_THRESH: config.lowerThreshold = attribute.u32(); break;
    case IPVS_DEST_ATTR_ACTIVE_CONNS: record.activeConnections = attribute.u32(); break;
    case IPVS_DEST_ATTR_INACT_CONNS: record.inactiveConnections = attribute.u32(); break;
    case IPVS_DEST_ATTR_PERSIST_CONNS: record.persistentConnections = attribute.u32(); break;
    case IPVS_DEST_ATTR_TUN_TYPE: config.tunnelType = attribute.u8(); break;
    case IPVS_DEST_ATTR_TUN_PORT: config.tunnelPort = attribute.u16Be(); break;
    case IPVS_DEST_ATTR_TUN_FLAGS: config.tunnelFlags = attribute.u16(); break;
    case IPVS_DEST_ATTR_STATS: statistics.take32(attribute); break;
    case IPVS_DEST_ATTR_STATS64: statistics.take64(attribute); break;
    default: break;
  }
}

}  // namespace

ServiceRecord readService(const Message& message) {
  ServiceRecord record{};
  StatisticsChoice statistics;
  Seen seen;
  AttributeReader reader(nested(message, IPVS_CMD_ATTR_SERVICE).payload);
  while (const auto attribute = reader.next()) {
    readServiceAttribute(*attribute, record.config, statistics);
    seen.mark(attribute->type);
  }
  seen.require({IPVS_SVC_ATTR_AF, IPVS_SVC_ATTR_SCHED_NAME, IPVS_SVC_ATTR_FLAGS, IPVS_SVC_ATTR_TIMEOUT,
                IPVS_SVC_ATTR_NETMASK},
               "service");
  if (seen.has(IPVS_SVC_ATTR_FWMARK)) {
    record.config.id = ServiceId::kFirewallMark;
  } else {
    seen.require({IPVS_SVC_ATTR_PROTOCOL, IPVS_SVC_ATTR_ADDR, IPVS_SVC_ATTR_PORT}, "service");
    record.config.id = ServiceId::kAddress;
  }
  record.statistics = statistics.get();
  return record;
}

DestinationRecord readDestination(const Message& message, std::uint16_t serviceFamily) {
  DestinationRecord record{};
  record.config.family = serviceFamily;
  StatisticsChoice statistics;
  Seen seen;
  AttributeReader reader(nested(message, IPVS_CMD_ATTR_DEST).payload);
  while (const auto attribute = reader.next()) {
    readDestinationAttribute(*attribute, record, statistics);
    seen.mark(attribute->type);
  }
  seen.require({IPVS_DEST_ATTR_ADDR, IPVS_DEST_ATTR_PORT, IPVS_DEST_ATTR_FWD_METHOD, IPVS_DEST_ATTR_WEIGHT,
                IPVS_DEST_ATTR_U_THRESH, IPVS_DEST_ATTR_L_THRESH, IPVS_DEST_ATTR_ACTIVE_CONNS,
                IPVS_DEST_ATTR_INACT_CONNS, IPVS_DEST_ATTR_PERSIST_CONNS},
               "destination");
  record.statistics = statistics.get();
  return record;
}

Timeouts readTimeouts(const Message& message) {
  Timeouts timeouts{};
  AttributeReader reader = message.attributes<genlmsghdr>();
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case IPVS_CMD_ATTR_TIMEOUT_TCP: timeouts.tcpSeconds = attribute->u32(); break;
      case IPVS_CMD_ATTR_TIMEOUT_TCP_FIN: timeouts.tcpFinSeconds = attribute->u32(); break;
      case IPVS_CMD_ATTR_TIMEOUT_UDP: timeouts.udpSeconds = attribute->u32(); break;
      default: break;
    }
  }
  return timeouts;
}

Info readInfo(const Message& message) {
  Info info{};
  Seen seen;
  AttributeReader reader = message.attributes<genlmsghdr>();
  while (const auto attribute = reader.next()) {
    if (attribute->type == IPVS_INFO_ATTR_VERSION) info.version = attribute->u32();
    if (attribute->type == IPVS_INFO_ATTR_CONN_TAB_SIZE) info.connectionTableSize = attribute->u32();
    seen.mark(attribute->type);
  }
  seen.require({IPVS_INFO_ATTR_VERSION, IPVS_INFO_ATTR_CONN_TAB_SIZE}, "information");
  return info;
}

}  // namespace ipvs
