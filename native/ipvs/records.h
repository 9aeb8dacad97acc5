#pragma once

#include <cstdint>
#include <type_traits>

/**
 * The fixed-size records in which services, destinations and operations cross between JavaScript and C++: one buffer
 * for thousands of them costs less than one JavaScript property access each. `records.ts` holds the same offsets.
 * Numbers are in host byte order, addresses and IPv4 netmasks in network byte order.
 */
namespace ipvs {

inline constexpr std::size_t kNameBytes = 16;

enum class ServiceId : std::uint8_t { kNone = 0, kAddress = 1, kFirewallMark = 2 };

struct ServiceConfig {
  std::uint16_t family;
  std::uint16_t protocol;
  std::uint32_t firewallMark;
  /** IPv4 takes the first 4 bytes. */
  std::uint8_t address[16];
  std::uint16_t port;
  ServiceId id;
  std::uint8_t unused;
  /** IP_VS_SVC_F_*; the kernel's own IP_VS_SVC_F_HASHED appears only in what is read. */
  std::uint32_t flags;
  std::uint32_t timeoutSeconds;
  /** IPv4: the mask. IPv6: the prefix length, in host byte order. */
  std::uint32_t netmask;
  /** NUL-terminated. */
  char scheduler[kNameBytes];
  /** NUL-terminated; empty without a persistence engine. */
  char persistenceEngine[kNameBytes];
};

struct DestinationConfig {
  std::uint16_t family;
  std::uint16_t port;
  std::uint8_t address[16];
  /** IP_VS_CONN_F_MASQ and following. */
  std::uint32_t forward;
  std::uint32_t weight;
  std::uint32_t upperThreshold;
  std::uint32_t lowerThreshold;
  /** IP_VS_CONN_F_TUNNEL_TYPE_*. */
  std::uint8_t tunnelType;
  std::uint8_t unused;
  std::uint16_t tunnelPort;
  /** IP_VS_TUNNEL_ENCAP_FLAG_*. */
  std::uint16_t tunnelFlags;
  std::uint16_t unusedToo;
};

/** In the order of IPVS_STATS_ATTR_*, from IPVS_STATS_ATTR_CONNS on. */
struct Statistics {
  std::uint64_t counters[10];
};

enum class OperationKind : std::uint32_t {
  kAddService = 0,
  kEditService,
  kDeleteService,
  kAddDestination,
  kEditDestination,
  kDeleteDestination,
  kZero,
  kFlush,
};

struct OperationRecord {
  OperationKind kind;
  std::uint32_t unused;
  ServiceConfig service;
  DestinationConfig destination;
  std::uint32_t unusedToo;
};

struct ServiceRecord {
  ServiceConfig config;
  Statistics statistics;
};

struct DestinationRecord {
  DestinationConfig config;
  std::uint32_t activeConnections;
  std::uint32_t inactiveConnections;
  std::uint32_t persistentConnections;
  Statistics statistics;
};

struct Timeouts {
  std::uint32_t tcpSeconds;
  std::uint32_t tcpFinSeconds;
  std::uint32_t udpSeconds;
};

struct Info {
  /** Major, minor and patch level in one byte each. */
  std::uint32_t version;
  std::uint32_t connectionTableSize;
};

static_assert(sizeof(ServiceConfig) == 72 && sizeof(DestinationConfig) == 44);
static_assert(sizeof(OperationRecord) == 128 && sizeof(ServiceRecord) == 152 && sizeof(DestinationRecord) == 136);
static_assert(std::is_trivially_copyable_v<OperationRecord> && std::is_trivially_copyable_v<ServiceRecord> &&
              std::is_trivially_copyable_v<DestinationRecord>);

}  // namespace ipvs
