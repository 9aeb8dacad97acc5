#include "link-messages.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace kubedyno::link {
namespace {

using netlink::MessageBuilder;

/** Acknowledgements are the socket's business: one for a whole batch. */
constexpr std::uint16_t kCreate = NLM_F_CREATE | NLM_F_EXCL;

ifinfomsg linkHeader() {
  ifinfomsg header{};
  header.ifi_family = AF_UNSPEC;
  return header;
}

void beginLink(MessageBuilder& messages, std::uint16_t type, std::uint16_t flags, const ifinfomsg& header,
               const std::string& name) {
  messages.begin(type, flags);
  messages.header(header);
  messages.string(IFLA_IFNAME, name);
}

void append(MessageBuilder& messages, const AddVeth& veth, int) {
  beginLink(messages, RTM_NEWLINK, kCreate, linkHeader(), veth.name);
  const auto info = messages.beginNest(IFLA_LINKINFO);
  messages.string(IFLA_INFO_KIND, "veth");
  const auto data = messages.beginNest(IFLA_INFO_DATA);
  const auto peer = messages.beginNest(VETH_INFO_PEER);
  messages.header(linkHeader());
  messages.string(IFLA_IFNAME, veth.peer);
  messages.u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(veth.peerNetnsFd));
  messages.endNest(peer);
  messages.endNest(data);
  messages.endNest(info);
  messages.end();
}

void append(MessageBuilder& messages, const AddDummy& dummy, int) {
  beginLink(messages, RTM_NEWLINK, kCreate, linkHeader(), dummy.name);
  const auto info = messages.beginNest(IFLA_LINKINFO);
  messages.string(IFLA_INFO_KIND, "dummy");
  messages.endNest(info);
  messages.end();
}

void append(MessageBuilder& messages, const Delete& link, int) {
  beginLink(messages, RTM_DELLINK, 0, linkHeader(), link.name);
  messages.end();
}

void append(MessageBuilder& messages, const Up& link, int) {
  ifinfomsg header = linkHeader();
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP;
  beginLink(messages, RTM_NEWLINK, 0, header, link.name);
  messages.end();
}

void appendAddress(MessageBuilder& messages, std::uint16_t type, std::uint16_t flags, const IpAddress& address,
                   std::uint8_t prefix, int interfaceIndex) {
  ifaddrmsg header{};
  header.ifa_family = address.family;
  header.ifa_prefixlen = prefix;
  header.ifa_scope = RT_SCOPE_UNIVERSE;
  header.ifa_index = static_cast<std::uint32_t>(interfaceIndex);
  messages.begin(type, flags);
  messages.header(header);
  messages.attribute(IFA_LOCAL, address.bytes());
  messages.attribute(IFA_ADDRESS, address.bytes());
  // Without this an IPv6 address is unusable for the second or so that duplicate address detection takes.
  if (address.family == AF_INET6) messages.u32(IFA_FLAGS, IFA_F_NODAD);
  messages.end();
}

void append(MessageBuilder& messages, const AddAddress& add, int interfaceIndex) {
  appendAddress(messages, RTM_NEWADDR, kCreate, add.address, add.prefix, interfaceIndex);
}

void append(MessageBuilder& messages, const DeleteAddress& remove, int interfaceIndex) {
  appendAddress(messages, RTM_DELADDR, 0, remove.address, remove.prefix, interfaceIndex);
}

rtmsg routeHeader(const AddRoute& route) {
  rtmsg header{};
  header.rtm_family = route.destination.family;
  header.rtm_dst_len = route.prefix;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_scope = RT_SCOPE_UNIVERSE;
  switch (route.type) {
    case RouteType::kUnicast:
      header.rtm_type = RTN_UNICAST;
      if (!route.via) header.rtm_scope = RT_SCOPE_LINK;
      break;
    case RouteType::kLocal:
      header.rtm_type = RTN_LOCAL;
      header.rtm_table = RT_TABLE_LOCAL;
      header.rtm_scope = RT_SCOPE_HOST;
      break;
    case RouteType::kBlackhole:
      header.rtm_type = RTN_BLACKHOLE;
      break;
  }
  return header;
}

void append(MessageBuilder& messages, const AddRoute& route, int interfaceIndex) {
  messages.begin(RTM_NEWROUTE, kCreate);
  messages.header(routeHeader(route));
  if (route.prefix > 0) messages.attribute(RTA_DST, route.destination.bytes());
  if (route.via) messages.attribute(RTA_GATEWAY, route.via->bytes());
  if (interfaceIndex != 0) messages.u32(RTA_OIF, static_cast<std::uint32_t>(interfaceIndex));
  messages.end();
}

void append(MessageBuilder& messages, const SetNeighbour& neighbour, int interfaceIndex) {
  ndmsg header{};
  header.ndm_family = neighbour.address.family;
  header.ndm_ifindex = interfaceIndex;
  header.ndm_state = NUD_PERMANENT;
  messages.begin(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
  messages.header(header);
  messages.attribute(NDA_DST, neighbour.address.bytes());
  messages.attribute(NDA_LLADDR, neighbour.mac);
  messages.end();
}

/** The kernel may be older or newer than the header: what it did not send stays 0, what is not known is left out. */
Counters readCounters(std::span<const std::byte> payload) {
  rtnl_link_stats64 raw{};
  std::memcpy(&raw, payload.data(), std::min(payload.size(), sizeof(raw)));
  return {.rxPackets = raw.rx_packets,
          .txPackets = raw.tx_packets,
          .rxBytes = raw.rx_bytes,
          .txBytes = raw.tx_bytes,
          .rxDropped = raw.rx_dropped,
          .txDropped = raw.tx_dropped};
}

}  // namespace

std::optional<std::string> deviceByIndex(const Operation& operation) {
  return std::visit(
      [](const auto& change) -> std::optional<std::string> {
        using Change = std::decay_t<decltype(change)>;
        if constexpr (std::is_same_v<Change, AddRoute>) {
          // AnyIP: a local range belongs to the loopback unless the caller says otherwise.
          if (!change.device && change.type == RouteType::kLocal) return "lo";
          return change.device;
        } else if constexpr (std::is_same_v<Change, AddAddress> || std::is_same_v<Change, DeleteAddress> ||
                             std::is_same_v<Change, SetNeighbour>) {
          return change.name;
        } else {
          return std::nullopt;
        }
      },
      operation);
}

void appendOperation(MessageBuilder& messages, const Operation& operation, int interfaceIndex) {
  std::visit([&](const auto& change) { append(messages, change, interfaceIndex); }, operation);
}

void appendLinkQuery(MessageBuilder& messages, const std::string& name) {
  beginLink(messages, RTM_GETLINK, 0, linkHeader(), name);
  messages.end();
}

LinkInfo readLink(const netlink::Message& message) {
  LinkInfo info;
  info.index = message.header<ifinfomsg>().ifi_index;
  auto attributes = message.attributes<ifinfomsg>();
  while (const auto attribute = attributes.next()) {
    if (attribute->type == IFLA_ADDRESS) info.mac = formatMac(attribute->payload);
    if (attribute->type == IFLA_STATS64) info.counters = readCounters(attribute->payload);
  }
  return info;
}

void appendAddressDump(MessageBuilder& messages) {
  messages.begin(RTM_GETADDR, NLM_F_DUMP);
  messages.header(ifaddrmsg{});
  messages.end();
}

std::optional<InterfaceAddress> readAddress(const netlink::Message& message, int interfaceIndex) {
  const auto header = message.header<ifaddrmsg>();
  if (header.ifa_index != static_cast<std::uint32_t>(interfaceIndex)) return std::nullopt;
  std::optional<InterfaceAddress> found;
  auto attributes = message.attributes<ifaddrmsg>();
  while (const auto attribute = attributes.next()) {
    // IPv4 names the interface's own address IFA_LOCAL (IFA_ADDRESS may be a peer's); IPv6 has only IFA_ADDRESS.
    const bool own = header.ifa_family == AF_INET ? attribute->type == IFA_LOCAL : attribute->type == IFA_ADDRESS;
    if (!own) continue;
    IpAddress address{.family = header.ifa_family};
    if (attribute->payload.size() != address.bytes().size()) {
      throw netlink::malformed("interface address of " + std::to_string(attribute->payload.size()) + " bytes");
    }
    std::memcpy(address.storage.data(), attribute->payload.data(), attribute->payload.size());
    found = InterfaceAddress{.ip = formatIp(address), .prefix = header.ifa_prefixlen};
  }
  return found;
}

}  // namespace kubedyno::link
