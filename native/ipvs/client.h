#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "netlink.h"
#include "records.h"

namespace ipvs {

/** The kernel has no generic-netlink family IPVS, and no module brought one when it was asked for. */
class NoIpvs : public std::runtime_error {
 public:
  NoIpvs() : std::runtime_error("this kernel has no generic-netlink family IPVS") {}
};

/**
 * IPVS of one network namespace. Refusals of single requests are netlink::Error kRefused; those of a batch are in its
 * result.
 */
class Client {
 public:
  /** @throws NoIpvs, netlink::Error */
  explicit Client(std::optional<int> netnsFd);

  netlink::BatchResult apply(std::span<const OperationRecord> operations);
  std::vector<ServiceRecord> services();
  /** @throws netlink::Error kRefused with ESRCH when there is no such service. */
  ServiceRecord service(const ServiceConfig& key);
  /** @throws netlink::Error kRefused with ESRCH when there is no such service. */
  std::vector<DestinationRecord> destinations(const ServiceConfig& key);
  Timeouts timeouts();
  void setTimeouts(const Timeouts& timeouts);
  Info info();

 private:
  netlink::Message onlyReply(const netlink::Replies& replies) const;

  netlink::Socket socket_;
  std::uint16_t family_;
  /** Kept between calls for its memory. */
  netlink::MessageBuilder builder_;
};

}  // namespace ipvs
