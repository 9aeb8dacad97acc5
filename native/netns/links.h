#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "link-messages.h"
#include "link-operations.h"
#include "netlink-error.h"

namespace kubedyno::link {

/**
 * Applies the operations in order, as many per system call as the socket's buffers take.
 *
 * Returns the first one that the kernel refused, its `index` counted over all operations, or nothing. Operations that
 * shared a system call with the refused one were carried out all the same; later ones were not sent.
 * @throws netlink::Error when the exchange itself failed
 */
std::optional<netlink::Failure> apply(int netnsFd, std::span<const Operation> operations);

/** @throws netlink::Error kRefused with ENODEV when there is no such interface. */
LinkInfo query(int netnsFd, const std::string& name);

/** The interface's IPv4 and IPv6 addresses, in the kernel's order. */
std::vector<InterfaceAddress> addresses(int netnsFd, const std::string& name);

}  // namespace kubedyno::link
