#include "generic-netlink.h"

#include <linux/genetlink.h>

#include <cerrno>

namespace netlink {

void beginGeneric(MessageBuilder& builder, std::uint16_t family, std::uint8_t command, std::uint8_t version,
                  std::uint16_t flags) {
  builder.begin(family, flags);
  builder.header(genlmsghdr{.cmd = command, .version = version, .reserved = 0});
}

std::uint16_t readGenericFamily(const Message& message) {
  AttributeReader reader = message.attributes<genlmsghdr>();
  while (const auto attribute = reader.next()) {
    if (attribute->type == CTRL_ATTR_FAMILY_ID) return attribute->u16();
  }
  throw malformed("a generic-netlink family without its id");
}

std::optional<std::uint16_t> findGenericFamily(Socket& socket, std::string_view name) {
  MessageBuilder request;
  beginGeneric(request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
  request.string(CTRL_ATTR_FAMILY_NAME, name);
  request.end();
  try {
    const Replies replies = socket.request(request);
    if (replies.size() == 0) throw malformed("no answer to the query for a generic-netlink family");
    return readGenericFamily(replies[0]);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kRefused && error.errorNumber() == ENOENT) return std::nullopt;
    throw;
  }
}

}  // namespace netlink
