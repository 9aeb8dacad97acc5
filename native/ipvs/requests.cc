#include "requests.h"

#include <linux/ip_vs.h>
#include <linux/netlink.h>

#include <string>
#include <string_view>

#include "generic-netlink.h"
#include "netlink-error.h"

namespace ipvs {
namespace {

using netlink::MessageBuilder;

[[noreturn]] void badRecord(const char* what, std::uint32_t value) {
  throw netlink::Error(netlink::ErrorKind::kRequest, 0,
                       std::string("IPVS operation record: ") + what + " " + std::to_string(value) + " is unknown");
}

void begin(MessageBuilder& builder, std::uint16_t family, std::uint8_t command, std::uint16_t flags = 0) {
  netlink::beginGeneric(builder, family, command, IPVS_GENL_VERSION, flags);
}

/** The name up to its NUL, or all of the field if there is none: never past it. */
std::string_view name(const char (&field)[kNameBytes]) {
  const std::string_view whole(field, kNameBytes - 1);
  return whole.substr(0, whole.find('\0'));
}

void appendServiceKey(MessageBuilder& builder, const ServiceConfig& service) {
  builder.u16(IPVS_SVC_ATTR_AF, service.family);
  switch (service.id) {
    case ServiceId::kAddress:
      builder.u16(IPVS_SVC_ATTR_PROTOCOL, service.protocol);
      builder.value(IPVS_SVC_ATTR_ADDR, service.address);
      builder.u16Be(IPVS_SVC_ATTR_PORT, service.port);
      return;
    case ServiceId::kFirewallMark:
      builder.u32(IPVS_SVC_ATTR_FWMARK, service.firewallMark);
      return;
    case ServiceId::kNone:
      break;
  }
  badRecord("service id", static_cast<std::uint32_t>(service.id));
}

void appendKeyNest(MessageBuilder& builder, const ServiceConfig& service) {
  const std::size_t nest = builder.beginNest(IPVS_CMD_ATTR_SERVICE);
  appendServiceKey(builder, service);
  builder.endNest(nest);
}

void appendServiceNest(MessageBuilder& builder, const ServiceConfig& service) {
  const std::size_t nest = builder.beginNest(IPVS_CMD_ATTR_SERVICE);
  appendServiceKey(builder, service);
  builder.string(IPVS_SVC_ATTR_SCHED_NAME, name(service.scheduler));
  // Left out, the attribute takes an engine away on edit.
  if (service.persistenceEngine[0] != '\0') builder.string(IPVS_SVC_ATTR_PE_NAME, name(service.persistenceEngine));
  builder.value(IPVS_SVC_ATTR_FLAGS, ip_vs_flags{.flags = service.flags & ~IP_VS_SVC_F_HASHED, .mask = ~0U});
  builder.u32(IPVS_SVC_ATTR_TIMEOUT, service.timeoutSeconds);
  builder.u32(IPVS_SVC_ATTR_NETMASK, service.netmask);
  builder.endNest(nest);
}

void appendDestinationKey(MessageBuilder& builder, const DestinationConfig& destination) {
  builder.u16(IPVS_DEST_ATTR_ADDR_FAMILY, destination.family);
  builder.value(IPVS_DEST_ATTR_ADDR, destination.address);
  builder.u16Be(IPVS_DEST_ATTR_PORT, destination.port);
}

void appendDestinationKeyNest(MessageBuilder& builder, const DestinationConfig& destination) {
  const std::size_t nest = builder.beginNest(IPVS_CMD_ATTR_DEST);
  appendDestinationKey(builder, destination);
  builder.endNest(nest);
}

void appendDestinationNest(MessageBuilder& builder, const DestinationConfig& destination) {
  const std::size_t nest = builder.beginNest(IPVS_CMD_ATTR_DEST);
  appendDestinationKey(builder, destination);
  builder.u32(IPVS_DEST_ATTR_FWD_METHOD, destination.forward);
  builder.u32(IPVS_DEST_ATTR_WEIGHT, destination.weight);
  builder.u32(IPVS_DEST_ATTR_U_THRESH, destination.upperThreshold);
  builder.u32(IPVS_DEST_ATTR_L_THRESH, destination.lowerThreshold);
  // Kernels before 5.3 do not know these attributes; plain IPIP is what they do without them.
  if (destination.tunnelType != IP_VS_CONN_F_TUNNEL_TYPE_IPIP) {
    builder.u8(IPVS_DEST_ATTR_TUN_TYPE, destination.tunnelType);
    builder.u16Be(IPVS_DEST_ATTR_TUN_PORT, destination.tunnelPort);
    builder.u16(IPVS_DEST_ATTR_TUN_FLAGS, destination.tunnelFlags);
  }
  builder.endNest(nest);
}

std::uint8_t commandOf(OperationKind kind) {
  switch (kind) {
    case OperationKind::kAddService: return IPVS_CMD_NEW_SERVICE;
    case OperationKind::kEditService: return IPVS_CMD_SET_SERVICE;
    case OperationKind::kDeleteService: return IPVS_CMD_DEL_SERVICE;
    case OperationKind::kAddDestination: return IPVS_CMD_NEW_DEST;
    case OperationKind::kEditDestination: return IPVS_CMD_SET_DEST;
    case OperationKind::kDeleteDestination: return IPVS_CMD_DEL_DEST;
    case OperationKind::kZero: return IPVS_CMD_ZERO;
    case OperationKind::kFlush: return IPVS_CMD_FLUSH;
  }
  badRecord("kind", static_cast<std::uint32_t>(kind));
}

}  // namespace

void appendOperation(MessageBuilder& builder, std::uint16_t family, const OperationRecord& operation) {
  begin(builder, family, commandOf(operation.kind));
  switch (operation.kind) {
    case OperationKind::kAddService:
    case OperationKind::kEditService:
      appendServiceNest(builder, operation.service);
      break;
    case OperationKind::kDeleteService:
      appendKeyNest(builder, operation.service);
      break;
    case OperationKind::kAddDestination:
    case OperationKind::kEditDestination:
      appendKeyNest(builder, operation.service);
      appendDestinationNest(builder, operation.destination);
      break;
    case OperationKind::kDeleteDestination:
      appendKeyNest(builder, operation.service);
      appendDestinationKeyNest(builder, operation.destination);
      break;
    case OperationKind::kZero:
      if (operation.service.id != ServiceId::kNone) appendKeyNest(builder, operation.service);
      break;
    case OperationKind::kFlush:
      break;
  }
  builder.end();
}

void appendListServices(MessageBuilder& builder, std::uint16_t family) {
  begin(builder, family, IPVS_CMD_GET_SERVICE, NLM_F_DUMP);
  builder.end();
}

void appendGetService(MessageBuilder& builder, std::uint16_t family, const ServiceConfig& service) {
  begin(builder, family, IPVS_CMD_GET_SERVICE);
  appendKeyNest(builder, service);
  builder.end();
}

void appendListDestinations(MessageBuilder& builder, std::uint16_t family, const ServiceConfig& service) {
  begin(builder, family, IPVS_CMD_GET_DEST, NLM_F_DUMP);
  appendKeyNest(builder, service);
  builder.end();
}

void appendGetTimeouts(MessageBuilder& builder, std::uint16_t family) {
  begin(builder, family, IPVS_CMD_GET_CONFIG);
  builder.end();
}

void appendSetTimeouts(MessageBuilder& builder, std::uint16_t family, const Timeouts& timeouts) {
  begin(builder, family, IPVS_CMD_SET_CONFIG);
  builder.u32(IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.tcpSeconds);
  builder.u32(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.tcpFinSeconds);
  builder.u32(IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.udpSeconds);
  builder.end();
}

void appendGetInfo(MessageBuilder& builder, std::uint16_t family) {
  begin(builder, family, IPVS_CMD_GET_INFO);
  builder.end();
}

}  // namespace ipvs
