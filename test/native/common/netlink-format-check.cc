/** Checks that what MessageBuilder writes the readers read, and what neither may do. No I/O. */
#include <linux/netlink.h>

#include <cstring>
#include <string>

#include "netlink-check.h"
#include "netlink.h"

namespace {

struct Header {
  std::uint8_t one;
  std::uint8_t two;
  std::uint8_t three;
};

netlink::Message onlyMessage(netlink::MessageBuilder& builder) {
  CHECK(builder.count() == 1);
  netlink::MessageReader reader(builder.messages(0, 1));
  const auto message = reader.next();
  CHECK(message.has_value() && !reader.next().has_value());
  return *message;
}

template <class Work>
netlink::ErrorKind kindOf(Work&& work) {
  try {
    work();
  } catch (const netlink::Error& error) {
    return error.kind();
  }
  std::fprintf(stderr, "an exception was expected\n");
  std::exit(1);
}

void everyKindOfAttributeReadsBack() {
  netlink::MessageBuilder builder;
  builder.begin(77, NLM_F_CREATE);
  builder.header(Header{.one = 1, .two = 2, .three = 3});
  builder.u8(1, 0xab);
  builder.u16Be(2, 0x1234);
  const std::size_t nest = builder.beginNest(3);
  builder.string(4, "wrr");
  builder.u64(5, 0x0123456789abcdefU);
  builder.endNest(nest);
  builder.end();

  const netlink::Message message = onlyMessage(builder);
  CHECK(message.type == 77 && message.flags == (NLM_F_REQUEST | NLM_F_CREATE));
  CHECK(message.header<Header>().three == 3);
  netlink::AttributeReader reader = message.attributes<Header>();
  CHECK(reader.next()->u8() == 0xab);
  const auto port = reader.next();
  CHECK(port->u16Be() == 0x1234 && port->payload[0] == std::byte{0x12});
  const auto nested = reader.next();
  CHECK(nested->type == 3 && !reader.next().has_value());
  netlink::AttributeReader inner(nested->payload);
  CHECK(inner.next()->string() == "wrr");
  CHECK(inner.next()->u64() == 0x0123456789abcdefU);
}

void wrongSizesAreMalformed() {
  netlink::MessageBuilder builder;
  builder.begin(1);
  builder.u16(1, 5);
  builder.end();
  const netlink::Message message = onlyMessage(builder);
  const auto attribute = netlink::AttributeReader(message.payload).next();
  CHECK(kindOf([&] { attribute->u32(); }) == netlink::ErrorKind::kMalformed);
  CHECK(kindOf([&] { netlink::AttributeReader(message.payload.first(3)).next(); }) == netlink::ErrorKind::kMalformed);
  CHECK(kindOf([&] { netlink::AttributeReader(message.payload.first(5)).next(); }) == netlink::ErrorKind::kMalformed);
  CHECK(kindOf([&] { message.header<nlmsgerr>(); }) == netlink::ErrorKind::kMalformed);
}

void tooLongAnAttributeIsRefusedAndLeavesNoTrace() {
  netlink::MessageBuilder builder;
  builder.begin(1);
  CHECK(kindOf([&] { builder.string(1, std::string(70'000, 'x')); }) == netlink::ErrorKind::kRequest);
  builder.begin(2);
  builder.u8(1, 1);
  builder.end();
  CHECK(onlyMessage(builder).type == 2);

  builder.clear();
  builder.begin(3);
  const std::size_t nest = builder.beginNest(1);
  builder.string(2, std::string(40'000, 'x'));
  builder.string(2, std::string(40'000, 'y'));
  CHECK(kindOf([&] { builder.endNest(nest); }) == netlink::ErrorKind::kRequest);
}

/** An NLMSG_ERROR as a kernel without NETLINK_CAP_ACK sends it: the request echoed in front of the extended ack. */
void extendedAckIsFoundBehindAnEchoedRequest() {
  netlink::MessageBuilder builder;
  builder.begin(NLMSG_ERROR, NLM_F_ACK_TLVS);
  nlmsgerr error{};
  error.error = -22;
  error.msg.nlmsg_len = sizeof(nlmsghdr) + 5;
  builder.header(error);
  builder.header(std::uint64_t{0});
  builder.string(NLMSGERR_ATTR_MSG, "no such thing");
  builder.end();
  const netlink::Acknowledgement reply = netlink::readError(onlyMessage(builder));
  CHECK(reply.errorNumber == 22 && reply.message == "no such thing");
}

void anErrorMustBeANegatedErrno() {
  netlink::MessageBuilder builder;
  builder.begin(NLMSG_ERROR);
  nlmsgerr error{};
  error.error = 22;
  builder.header(error);
  builder.end();
  CHECK(kindOf([&] { netlink::readError(onlyMessage(builder)); }) == netlink::ErrorKind::kMalformed);
}

}  // namespace

int main() {
  everyKindOfAttributeReadsBack();
  wrongSizesAreMalformed();
  tooLongAnAttributeIsRefusedAndLeavesNoTrace();
  extendedAckIsFoundBehindAnEchoedRequest();
  anErrorMustBeANegatedErrno();
  return 0;
}
