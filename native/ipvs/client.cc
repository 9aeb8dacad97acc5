#include "client.h"

#include <linux/ip_vs.h>
#include <linux/netlink.h>

#include "generic-netlink.h"
#include "replies.h"
#include "requests.h"

namespace ipvs {
namespace {

/** A generous guess at the bytes of one operation, so that building a batch seldom moves it. */
constexpr std::size_t kTypicalOperationBytes = 176;

std::uint16_t findFamily(netlink::Socket& socket) {
  const auto family = netlink::findGenericFamily(socket, IPVS_GENL_NAME);
  if (!family) throw NoIpvs();
  return *family;
}

}  // namespace

Client::Client(std::optional<int> netnsFd)
    : socket_(NETLINK_GENERIC, {.netnsFd = netnsFd}), family_(findFamily(socket_)) {}

netlink::BatchResult Client::apply(std::span<const OperationRecord> operations) {
  builder_.clear();
  builder_.reserve(operations.size() * kTypicalOperationBytes, operations.size());
  for (const OperationRecord& operation : operations) appendOperation(builder_, family_, operation);
  return socket_.sendBatch(builder_);
}

std::vector<ServiceRecord> Client::services() {
  builder_.clear();
  appendListServices(builder_, family_);
  const netlink::Replies replies = socket_.dump(builder_);
  std::vector<ServiceRecord> records;
  records.reserve(replies.size());
  for (std::size_t index = 0; index < replies.size(); ++index) records.push_back(readService(replies[index]));
  return records;
}

netlink::Message Client::onlyReply(const netlink::Replies& replies) const {
  if (replies.size() != 1) {
    throw netlink::malformed(std::to_string(replies.size()) + " answers to an IPVS request that has one");
  }
  return replies[0];
}

ServiceRecord Client::service(const ServiceConfig& key) {
  builder_.clear();
  appendGetService(builder_, family_, key);
  const netlink::Replies replies = socket_.request(builder_);
  return readService(onlyReply(replies));
}

std::vector<DestinationRecord> Client::destinations(const ServiceConfig& key) {
  builder_.clear();
  appendListDestinations(builder_, family_, key);
  const netlink::Replies replies = socket_.dump(builder_);
  // The kernel lists the destinations of an unknown service as none; only the service itself tells the two apart.
  if (replies.size() == 0) service(key);
  std::vector<DestinationRecord> records;
  records.reserve(replies.size());
  for (std::size_t index = 0; index < replies.size(); ++index) {
    records.push_back(readDestination(replies[index], key.family));
  }
  return records;
}

Timeouts Client::timeouts() {
  builder_.clear();
  appendGetTimeouts(builder_, family_);
  const netlink::Replies replies = socket_.request(builder_);
  return readTimeouts(onlyReply(replies));
}

void Client::setTimeouts(const Timeouts& timeouts) {
  builder_.clear();
  appendSetTimeouts(builder_, family_, timeouts);
  socket_.request(builder_);
}

Info Client::info() {
  builder_.clear();
  appendGetInfo(builder_, family_);
  const netlink::Replies replies = socket_.request(builder_);
  return readInfo(onlyReply(replies));
}

}  // namespace ipvs
