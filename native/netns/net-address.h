#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace kubedyno {

/** An IPv4 or IPv6 address in network byte order. */
struct IpAddress {
  /** AF_INET or AF_INET6. */
  std::uint8_t family = 0;
  std::array<std::byte, 16> storage{};

  std::span<const std::byte> bytes() const { return std::span(storage).first(family == AF_INET ? 4 : 16); }
  std::uint8_t maxPrefix() const { return static_cast<std::uint8_t>(bytes().size() * 8); }
};

using MacAddress = std::array<std::byte, 6>;

/** @throws std::invalid_argument that names the text when it is no IPv4 or IPv6 address. */
IpAddress parseIp(const std::string& text);
std::string formatIp(const IpAddress& address);

/** Six pairs of hexadecimal digits with colons between. @throws std::invalid_argument that names the text. */
MacAddress parseMac(const std::string& text);
std::string formatMac(std::span<const std::byte> address);

}  // namespace kubedyno
