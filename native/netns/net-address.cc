#include "net-address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace kubedyno {

IpAddress parseIp(const std::string& text) {
  IpAddress address;
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, text.c_str(), address.storage.data()) != 1) continue;
    address.family = static_cast<std::uint8_t>(family);
    return address;
  }
  throw std::invalid_argument("'" + text + "' is not an IPv4 or IPv6 address");
}

std::string formatIp(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(address.family, address.storage.data(), text, sizeof(text));
  return text;
}

MacAddress parseMac(const std::string& text) {
  constexpr std::size_t kTextLength = 17;
  MacAddress address{};
  bool valid = text.size() == kTextLength;
  for (std::size_t i = 0; valid && i < address.size(); i++) {
    const char* pair = text.data() + i * 3;
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(pair, pair + 2, value, 16);
    valid = failure == std::errc{} && end == pair + 2 && (i + 1 == address.size() || pair[2] == ':');
    address[i] = static_cast<std::byte>(value);
  }
  if (!valid) throw std::invalid_argument("'" + text + "' is not a link-layer address like 02:00:00:00:00:01");
  return address;
}

std::string formatMac(std::span<const std::byte> address) {
  std::string text;
  for (const std::byte value : address) {
    char pair[4];
    std::snprintf(pair, sizeof(pair), "%02x", std::to_integer<unsigned>(value));
    if (!text.empty()) text += ':';
    text += pair;
  }
  return text;
}

}  // namespace kubedyno
