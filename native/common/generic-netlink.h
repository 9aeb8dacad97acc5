#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlink-socket.h"

namespace netlink {

/** Starts a generic-netlink message: `nlmsghdr` and `genlmsghdr`. */
void beginGeneric(MessageBuilder& builder, std::uint16_t family, std::uint8_t command, std::uint8_t version,
                  std::uint16_t flags = 0);

/** The id that the kernel gave to a family at its registration; nothing when the kernel has no such family. */
std::optional<std::uint16_t> findGenericFamily(Socket& socket, std::string_view name);

/** Reads the id out of a CTRL_CMD_NEWFAMILY reply. @throws Error kMalformed when it has none. */
std::uint16_t readGenericFamily(const Message& message);

}  // namespace netlink
