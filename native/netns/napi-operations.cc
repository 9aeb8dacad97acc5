#include "napi-operations.h"

#include <net/if.h>

#include <functional>
#include <string>
#include <unordered_map>

namespace kubedyno {
namespace {

using Fields = Napi::Object;

Napi::TypeError wrong(const Fields& fields, const std::string& message) {
  return Napi::TypeError::New(fields.Env(), message);
}

std::string text(const Fields& fields, const char* field) {
  const Napi::Value value = fields.Get(field);
  if (!value.IsString()) throw wrong(fields, std::string("link operation: '") + field + "' must be a string");
  return value.As<Napi::String>().Utf8Value();
}

std::string interfaceName(const Fields& fields, const char* field) {
  std::string name = text(fields, field);
  if (name.empty() || name.size() >= IFNAMSIZ) {
    throw wrong(fields, "interface name '" + name + "' must have 1 to " + std::to_string(IFNAMSIZ - 1) + " bytes");
  }
  return name;
}

IpAddress ip(const Fields& fields, const char* field) { return parseIp(text(fields, field)); }

std::uint8_t prefix(const Fields& fields, const IpAddress& address) {
  const Napi::Value value = fields.Get("prefix");
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= address.maxPrefix() && number == static_cast<int>(number))) {
    throw wrong(fields, "prefix of " + formatIp(address) + " must be a whole number from 0 to " +
                            std::to_string(address.maxPrefix()));
  }
  return static_cast<std::uint8_t>(number);
}

link::Operation readAddRoute(const Fields& fields) {
  link::AddRoute route{.destination = ip(fields, "destination"), .prefix = 0, .via = {}, .device = {}, .type = {}};
  route.prefix = prefix(fields, route.destination);
  if (!fields.Get("via").IsUndefined()) {
    route.via = ip(fields, "via");
    if (route.via->family != route.destination.family) {
      throw wrong(fields, "route: destination and gateway must be of one IP family");
    }
  }
  if (!fields.Get("device").IsUndefined()) route.device = interfaceName(fields, "device");
  const std::string type = fields.Get("type").IsUndefined() ? "unicast" : text(fields, "type");
  if (type == "unicast") {
    route.type = link::RouteType::kUnicast;
  } else if (type == "local") {
    route.type = link::RouteType::kLocal;
  } else if (type == "blackhole") {
    route.type = link::RouteType::kBlackhole;
  } else {
    throw wrong(fields, "route type '" + type + "' must be unicast, local or blackhole");
  }
  return route;
}

using Reader = std::function<link::Operation(const Fields&)>;

const std::unordered_map<std::string, Reader>& readers() {
  static const std::unordered_map<std::string, Reader> table = {
      {"veth",
       [](const Fields& fields) {
         return link::AddVeth{.name = interfaceName(fields, "name"),
                              .peer = interfaceName(fields, "peer"),
                              .peerNetnsFd = netnsDescriptor(fields.Get("peerNetns"))};
       }},
      {"dummy", [](const Fields& fields) { return link::AddDummy{.name = interfaceName(fields, "name")}; }},
      {"delete-link", [](const Fields& fields) { return link::Delete{.name = interfaceName(fields, "name")}; }},
      {"up", [](const Fields& fields) { return link::Up{.name = interfaceName(fields, "name")}; }},
      {"add-address",
       [](const Fields& fields) {
         const IpAddress address = ip(fields, "ip");
         return link::AddAddress{
             .name = interfaceName(fields, "name"), .address = address, .prefix = prefix(fields, address)};
       }},
      {"delete-address",
       [](const Fields& fields) {
         const IpAddress address = ip(fields, "ip");
         return link::DeleteAddress{
             .name = interfaceName(fields, "name"), .address = address, .prefix = prefix(fields, address)};
       }},
      {"add-route", readAddRoute},
      {"neighbour",
       [](const Fields& fields) {
         return link::SetNeighbour{.name = interfaceName(fields, "name"),
                                   .address = ip(fields, "ip"),
                                   .mac = parseMac(text(fields, "mac"))};
       }},
  };
  return table;
}

}  // namespace

int netnsDescriptor(const Napi::Value& netns) {
  if (!netns.IsObject()) throw Napi::TypeError::New(netns.Env(), "a namespace must be an object with its descriptor 'fd'");
  const Napi::Value fd = netns.As<Napi::Object>().Get("fd");
  if (!fd.IsNumber()) throw Napi::TypeError::New(netns.Env(), "a namespace's 'fd' must be a number");
  return fd.As<Napi::Number>().Int32Value();
}

link::Operation readLinkOperation(const Napi::Value& value) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "a link operation must be an object");
  const Fields fields = value.As<Napi::Object>();
  const std::string op = text(fields, "op");
  const auto reader = readers().find(op);
  if (reader == readers().end()) throw wrong(fields, "unknown link operation '" + op + "'");
  return reader->second(fields);
}

}  // namespace kubedyno
