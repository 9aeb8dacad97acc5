#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "link-operations.h"
#include "netlink-builder.h"
#include "netlink-reader.h"

/** Operations as rtnetlink messages and rtnetlink replies as values (rtnetlink(7)); no I/O. */
namespace kubedyno::link {

/** The interface whose index the kernel wants in the operation's message; the other operations go by name. */
std::optional<std::string> deviceByIndex(const Operation& operation);

/** Appends the operation; `interfaceIndex` is that of `deviceByIndex`, 0 where there is none. */
void appendOperation(netlink::MessageBuilder& messages, const Operation& operation, int interfaceIndex);

struct Counters {
  std::uint64_t rxPackets = 0;
  std::uint64_t txPackets = 0;
  std::uint64_t rxBytes = 0;
  std::uint64_t txBytes = 0;
  std::uint64_t rxDropped = 0;
  std::uint64_t txDropped = 0;
};
struct LinkInfo {
  int index = 0;
  std::string mac;
  Counters counters;
};
void appendLinkQuery(netlink::MessageBuilder& messages, const std::string& name);
/** Reads an RTM_NEWLINK. @throws netlink::Error kMalformed */
LinkInfo readLink(const netlink::Message& message);

struct InterfaceAddress {
  std::string ip;
  std::uint8_t prefix = 0;
};
/** Asks for the addresses of all interfaces: the kernel filters by interface only in strict mode. */
void appendAddressDump(netlink::MessageBuilder& messages);
/** Reads an RTM_NEWADDR; nothing when it belongs to another interface. @throws netlink::Error kMalformed */
std::optional<InterfaceAddress> readAddress(const netlink::Message& message, int interfaceIndex);

}  // namespace kubedyno::link
