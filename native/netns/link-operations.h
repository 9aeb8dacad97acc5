#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "net-address.h"

/** What can be changed in a namespace, one type per kind of change. */
namespace kubedyno::link {

struct AddVeth {
  std::string name;
  std::string peer;
  int peerNetnsFd;
};
struct AddDummy {
  std::string name;
};
struct Delete {
  std::string name;
};
struct Up {
  std::string name;
};
struct AddAddress {
  std::string name;
  IpAddress address;
  std::uint8_t prefix;
};
struct DeleteAddress {
  std::string name;
  IpAddress address;
  std::uint8_t prefix;
};
enum class RouteType { kUnicast, kLocal, kBlackhole };
struct AddRoute {
  IpAddress destination;
  std::uint8_t prefix;
  std::optional<IpAddress> via;
  std::optional<std::string> device;
  RouteType type;
};
struct SetNeighbour {
  std::string name;
  IpAddress address;
  MacAddress mac;
};

using Operation = std::variant<AddVeth, AddDummy, Delete, Up, AddAddress, DeleteAddress, AddRoute, SetNeighbour>;

}  // namespace kubedyno::link
