#include "links.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <string>
#include <unordered_map>

#include "netlink-socket.h"

namespace kubedyno::link {
namespace {

netlink::Socket openIn(int netnsFd) { return netlink::Socket(NETLINK_ROUTE, {.netnsFd = netnsFd}); }

LinkInfo queryOver(netlink::Socket& socket, const std::string& name) {
  netlink::MessageBuilder request;
  appendLinkQuery(request, name);
  const netlink::Replies replies = socket.request(request);
  for (std::size_t i = 0; i < replies.size(); i++) {
    if (replies[i].type == RTM_NEWLINK) return readLink(replies[i]);
  }
  throw netlink::malformed("no RTM_NEWLINK in the answer about interface " + name);
}

/** One run through a list of operations: what is waiting to be sent, and the interface indexes seen so far. */
class Batch {
 public:
  explicit Batch(int netnsFd) : socket_(openIn(netnsFd)) {}

  std::optional<netlink::Failure> add(const Operation& operation) {
    int index = 0;
    if (const auto device = deviceByIndex(operation)) {
      const auto known = indexes_.find(*device);
      if (known != indexes_.end()) {
        index = known->second;
      } else {
        // The interface may be made by an operation that is still waiting.
        if (auto failure = flush()) return failure;
        try {
          index = queryOver(socket_, *device).index;
        } catch (const netlink::Error& error) {
          if (error.kind() != netlink::ErrorKind::kRefused) throw;
          return netlink::Failure{.index = sent_, .errorNumber = error.errorNumber(), .message = error.what()};
        }
        indexes_.emplace(*device, index);
      }
    }
    if (const auto* removed = std::get_if<Delete>(&operation)) indexes_.erase(removed->name);
    appendOperation(messages_, operation, index);
    return std::nullopt;
  }

  std::optional<netlink::Failure> flush() {
    if (messages_.count() == 0) return std::nullopt;
    netlink::BatchResult result = socket_.sendBatch(messages_);
    if (!result.failures.empty()) {
      netlink::Failure& first = result.failures.front();
      first.index += sent_;
      return first;
    }
    sent_ += messages_.count();
    messages_.clear();
    return std::nullopt;
  }

 private:
  netlink::Socket socket_;
  netlink::MessageBuilder messages_;
  std::unordered_map<std::string, int> indexes_;
  /** Operations that went out in earlier flushes: one message each. */
  std::size_t sent_ = 0;
};

}  // namespace

std::optional<netlink::Failure> apply(int netnsFd, std::span<const Operation> operations) {
  Batch batch(netnsFd);
  for (const Operation& operation : operations) {
    if (auto failure = batch.add(operation)) return failure;
  }
  return batch.flush();
}

LinkInfo query(int netnsFd, const std::string& name) {
  netlink::Socket socket = openIn(netnsFd);
  return queryOver(socket, name);
}

std::vector<InterfaceAddress> addresses(int netnsFd, const std::string& name) {
  netlink::Socket socket = openIn(netnsFd);
  const int index = queryOver(socket, name).index;
  netlink::MessageBuilder request;
  appendAddressDump(request);
  const netlink::Replies replies = socket.dump(request);
  std::vector<InterfaceAddress> found;
  for (std::size_t i = 0; i < replies.size(); i++) {
    if (replies[i].type != RTM_NEWADDR) continue;
    if (const auto address = readAddress(replies[i], index)) found.push_back(*address);
  }
  return found;
}

}  // namespace kubedyno::link
