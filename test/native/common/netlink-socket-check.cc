/**
 * Checks netlink::Socket against the running kernel's rtnetlink. Needs its own network namespace:
 * `unshare --user --map-root-user --net <program>` also takes away the privilege for forced buffer sizes.
 */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "netlink-check.h"
#include "netlink.h"

namespace {

/** A request to delete an interface that does not exist: refused with ENODEV. */
void appendDeleteOfNothing(netlink::MessageBuilder& builder, int index) {
  builder.begin(RTM_DELLINK);
  ifinfomsg header{};
  header.ifi_family = AF_UNSPEC;
  header.ifi_index = 1'000'000 + index;
  builder.header(header);
  builder.end();
}

void appendLoopback(netlink::MessageBuilder& builder, std::uint16_t type, std::uint16_t flags) {
  builder.begin(type, flags);
  ifinfomsg header{};
  header.ifi_family = AF_UNSPEC;
  header.ifi_index = (flags & NLM_F_DUMP) == 0 ? 1 : 0;
  header.ifi_flags = 1;
  header.ifi_change = type == RTM_NEWLINK ? 1 : 0;
  builder.header(header);
  builder.end();
}

void everyRefusalKeepsItsIndex(const netlink::SocketOptions& options) {
  netlink::Socket socket(NETLINK_ROUTE, options);
  netlink::MessageBuilder batch;
  constexpr int kMessages = 20'000;
  for (int index = 0; index < kMessages; ++index) {
    if (index % 1000 == 500) {
      appendLoopback(batch, RTM_NEWLINK, 0);
    } else {
      appendDeleteOfNothing(batch, index);
    }
  }
  const netlink::BatchResult result = socket.sendBatch(batch);
  CHECK(result.accepted == 20);
  CHECK(result.failures.size() == kMessages - 20);
  std::size_t next = 0;
  for (const netlink::Failure& failure : result.failures) {
    if (next % 1000 == 500) ++next;
    CHECK(failure.index == next++);
    CHECK(failure.errorNumber == ENODEV);
  }
  std::printf("%d messages, %zu system calls\n", kMessages, result.systemCalls);
}

void acceptedMessagesCostOneAcknowledgement() {
  netlink::Socket socket(NETLINK_ROUTE);
  netlink::MessageBuilder batch;
  for (int index = 0; index < 100; ++index) appendLoopback(batch, RTM_NEWLINK, 0);
  const netlink::BatchResult result = socket.sendBatch(batch);
  CHECK(result.accepted == 100 && result.failures.empty());
  CHECK(result.systemCalls == 2);
  CHECK(result.bytes == 100 * (sizeof(nlmsghdr) + sizeof(ifinfomsg)));
}

void requestAndDumpSeeLoopback() {
  netlink::Socket socket(NETLINK_ROUTE);
  netlink::MessageBuilder builder;
  appendLoopback(builder, RTM_GETLINK, 0);
  const netlink::Replies one = socket.request(builder);
  CHECK(one.size() == 1 && one[0].type == RTM_NEWLINK);

  builder.clear();
  appendLoopback(builder, RTM_GETLINK, NLM_F_DUMP);
  const netlink::Replies all = socket.dump(builder);
  CHECK(all.size() >= 1);
  bool named = false;
  netlink::AttributeReader reader = all[0].attributes<ifinfomsg>();
  while (const auto attribute = reader.next()) {
    if (attribute->type == IFLA_IFNAME) named = attribute->string() == "lo";
  }
  CHECK(named);
}

void refusedRequestIsTyped() {
  netlink::Socket socket(NETLINK_ROUTE);
  netlink::MessageBuilder builder;
  appendDeleteOfNothing(builder, 0);
  try {
    socket.request(builder);
    CHECK(false);
  } catch (const netlink::Error& error) {
    CHECK(error.kind() == netlink::ErrorKind::kRefused && error.errorNumber() == ENODEV);
  }
}

void anEmptyBatchCallsNobody() {
  netlink::Socket socket(NETLINK_ROUTE);
  netlink::MessageBuilder batch;
  const netlink::BatchResult result = socket.sendBatch(batch);
  CHECK(result.accepted == 0 && result.systemCalls == 0);
}

}  // namespace

int main() {
  everyRefusalKeepsItsIndex({});
  everyRefusalKeepsItsIndex({.netnsFd = {}, .sendBufferBytes = 8192, .receiveBufferBytes = 16384});
  acceptedMessagesCostOneAcknowledgement();
  requestAndDumpSeeLoopback();
  refusedRequestIsTyped();
  anEmptyBatchCallsNobody();
  return 0;
}
