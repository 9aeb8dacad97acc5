/** Checks rtnetlink replies, true and damaged, and the text forms of addresses. No I/O. */
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <random>
#include <stdexcept>
#include <vector>

#include "../../../native/netns/link-messages.h"
#include "../../../native/netns/net-address.h"
#include "netlink-check.h"

namespace {

using namespace kubedyno;

constexpr int kIndex = 7;

/** A reply as the kernel writes it: interface 7 with an address and counters. */
void appendLinkReply(netlink::MessageBuilder& replies) {
  ifinfomsg header{};
  header.ifi_index = kIndex;
  replies.begin(RTM_NEWLINK);
  replies.header(header);
  replies.string(IFLA_IFNAME, "eth0");
  replies.value(IFLA_ADDRESS, parseMac("02:00:00:00:00:2a"));
  rtnl_link_stats64 stats{};
  stats.rx_packets = 3;
  stats.tx_bytes = 0x1'0000'0000;
  replies.value(IFLA_STATS64, stats);
  replies.end();
}

void appendAddressReply(netlink::MessageBuilder& replies, const IpAddress& address, std::uint8_t prefix) {
  ifaddrmsg header{};
  header.ifa_family = address.family;
  header.ifa_prefixlen = prefix;
  header.ifa_index = kIndex;
  replies.begin(RTM_NEWADDR);
  replies.header(header);
  replies.attribute(IFA_ADDRESS, address.bytes());
  if (address.family == AF_INET) replies.attribute(IFA_LOCAL, address.bytes());
  replies.end();
}

void repliesAreRead() {
  netlink::MessageBuilder replies;
  appendLinkReply(replies);
  appendAddressReply(replies, parseIp("10.1.0.2"), 16);
  appendAddressReply(replies, parseIp("fd00::1"), 64);
  netlink::MessageReader reader(replies.messages(0, replies.count()));

  const link::LinkInfo info = link::readLink(*reader.next());
  CHECK(info.index == kIndex && info.mac == "02:00:00:00:00:2a");
  CHECK(info.counters.rxPackets == 3 && info.counters.txBytes == 0x1'0000'0000);

  const auto v4 = link::readAddress(*reader.next(), kIndex);
  CHECK(v4.has_value() && v4->ip == "10.1.0.2" && v4->prefix == 16);
  const auto message = *reader.next();
  const auto v6 = link::readAddress(message, kIndex);
  CHECK(v6.has_value() && v6->ip == "fd00::1" && v6->prefix == 64);
  CHECK(!link::readAddress(message, kIndex + 1).has_value());
}

/** Counters of a kernel that knows fewer of them than this program, and of one that knows more. */
void countersOfOtherKernelsAreRead() {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{12}, std::size_t{24}, sizeof(rtnl_link_stats64) + 64}) {
    std::vector<std::byte> counters(bytes, std::byte{1});
    netlink::MessageBuilder reply;
    reply.begin(RTM_NEWLINK);
    reply.header(ifinfomsg{});
    reply.attribute(IFLA_STATS64, counters);
    reply.end();
    const auto read = link::readLink(*netlink::MessageReader(reply.messages(0, 1)).next()).counters;
    CHECK(read.rxPackets == (bytes >= 8 ? 0x0101'0101'0101'0101U : 0));
    CHECK(read.txDropped == (bytes > sizeof(rtnl_link_stats64) ? 0x0101'0101'0101'0101U : 0));
  }
}

/** Reads everything; a malformed one must be an Error and nothing else. */
bool readAll(std::span<const std::byte> datagram) {
  try {
    netlink::MessageReader reader(datagram);
    while (const auto message = reader.next()) {
      if (message->type == RTM_NEWLINK) {
        link::readLink(*message);
      } else {
        link::readAddress(*message, kIndex);
      }
    }
    return true;
  } catch (const netlink::Error& error) {
    CHECK(error.kind() == netlink::ErrorKind::kMalformed);
    return false;
  }
}

void damagedRepliesAreErrors() {
  netlink::MessageBuilder replies;
  appendLinkReply(replies);
  appendAddressReply(replies, parseIp("10.1.0.2"), 16);
  appendAddressReply(replies, parseIp("fd00::1"), 64);
  const auto whole = replies.messages(0, replies.count());
  CHECK(readAll(whole));

  std::size_t refused = 0;
  // A copy of its own for every case, so that the sanitizer sees the first byte read too many.
  for (std::size_t length = 1; length < whole.size(); length++) {
    refused += readAll(std::vector<std::byte>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))) ? 0 : 1;
  }
  std::mt19937 random(20'240'601);
  for (int round = 0; round < 100'000; round++) {
    std::vector<std::byte> damaged(whole.begin(), whole.end());
    for (unsigned hits = 1 + random() % 4; hits > 0; hits--) {
      damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    }
    refused += readAll(damaged) ? 0 : 1;
  }
  CHECK(refused > 1000);
}

void textFormsAreStrict() {
  const auto refuses = [](auto&& parse) {
    try {
      parse();
      return false;
    } catch (const std::invalid_argument&) {
      return true;
    }
  };
  for (const char* text : {"10.1.0.2", "0.0.0.0", "255.255.255.255", "::", "fd00::1", "::ffff:10.1.0.2"}) {
    CHECK(formatIp(parseIp(text)) == text);
  }
  for (const char* text : {"", "10.1.0", "10.1.0.256", "10.1.0.2/16", " 10.1.0.2", "fd00:::1", "localhost"}) {
    CHECK(refuses([&] { parseIp(text); }));
  }
  CHECK(formatMac(parseMac("02:Ab:00:ff:10:01")) == "02:ab:00:ff:10:01");
  for (const char* text : {"", "02", "02:00:00:00:00:1", "02:00:00:00:00:0g", "02:00:00:00:00:-1", "02 00 00 00 00 01",
                           "02:00:00:00:00:01:"}) {
    CHECK(refuses([&] { parseMac(text); }));
  }
}

}  // namespace

int main() {
  repliesAreRead();
  countersOfOtherKernelsAreRead();
  damagedRepliesAreErrors();
  textFormsAreStrict();
}
