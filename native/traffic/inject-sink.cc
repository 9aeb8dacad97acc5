#include "inject-sink.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "netns-visit.h"
#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

// rx_otherhost_dropped is the 25th counter of rtnl_link_stats64; headers before Linux 5.19 do not name it.
constexpr size_t kOtherHostDroppedAt = 24 * sizeof(uint64_t);

struct LinkRequest {
  nlmsghdr header;
  ifinfomsg link;
  rtattr name_attribute;
  char name[IFNAMSIZ];
};

UniqueFd route_socket(int netns_fd) {
  const NetnsVisit visit(netns_fd);
  UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket.valid()) throw system_failure(errno, "open an rtnetlink socket");
  return socket;
}

// The counter's place in an RTM_NEWLINK message, or nullptr. RTA_OK keeps every step within the message.
const void* other_host_dropped(const nlmsghdr* reply) {
  int left = static_cast<int>(reply->nlmsg_len) - static_cast<int>(NLMSG_SPACE(sizeof(ifinfomsg)));
  const auto* link = static_cast<const ifinfomsg*>(NLMSG_DATA(reply));
  for (const rtattr* attribute = IFLA_RTA(link); RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type != IFLA_STATS64) continue;
    const bool counted = RTA_PAYLOAD(attribute) >= kOtherHostDroppedAt + sizeof(uint64_t);
    return counted ? static_cast<const char*>(RTA_DATA(attribute)) + kOtherHostDroppedAt : nullptr;
  }
  return nullptr;
}

}  // namespace

SinkCounter::SinkCounter(int netns_fd, std::string device)
    : socket_(route_socket(netns_fd)), device_(std::move(device)) {
  if (device_.size() >= IFNAMSIZ) throw system_failure(ENODEV, "sink device '" + device_ + "'");
}

uint64_t SinkCounter::read() const {
  LinkRequest request{};
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.name_attribute.rta_type = IFLA_IFNAME;
  request.name_attribute.rta_len = RTA_LENGTH(IFNAMSIZ);
  std::memcpy(request.name, device_.c_str(), device_.size());
  if (::send(socket_.get(), &request, sizeof(request), 0) < 0) throw system_failure(errno, "ask for link counters");

  alignas(nlmsghdr) std::array<char, 32768> buffer;
  const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (received < 0) throw system_failure(errno, "read link counters");
  const auto* reply = reinterpret_cast<const nlmsghdr*>(buffer.data());
  if (!NLMSG_OK(reply, static_cast<size_t>(received))) throw std::runtime_error("rtnetlink sent a truncated message");
  if (reply->nlmsg_type == NLMSG_ERROR) {
    const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(reply));
    throw system_failure(-error->error, "sink device '" + device_ + "'");
  }
  const void* const counter = other_host_dropped(reply);
  if (counter == nullptr) {
    throw std::runtime_error("this kernel does not count packets for other hosts; it needs Linux 5.19 or later");
  }
  uint64_t packets = 0;
  std::memcpy(&packets, counter, sizeof(packets));
  return packets;
}

}  // namespace kubedyno::traffic
