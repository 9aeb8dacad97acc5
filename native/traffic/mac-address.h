// Link-layer addresses from their written form. No Node here.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace kubedyno::traffic {

using MacAddress = std::array<uint8_t, 6>;

// Throws std::invalid_argument for anything but six pairs of hexadecimal digits.
inline MacAddress mac_address(const std::string& text) {
  MacAddress mac{};
  int read = 0;
  const int fields = std::sscanf(text.c_str(), "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
                                 &mac[3], &mac[4], &mac[5], &read);
  if (fields == 6 && static_cast<size_t>(read) == text.size()) return mac;
  throw std::invalid_argument("'" + text + "' is not a link-layer address; write it like 02:00:00:00:00:01");
}

}  // namespace kubedyno::traffic
