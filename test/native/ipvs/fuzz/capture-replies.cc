/**
 * Writes the kernel's replies to IPVS requests, byte for byte, to files in the folder given: the corpus of the fuzz
 * test. Run it as root on a kernel with IPVS whose tables hold what the corpus should show; see corpus/README.md.
 */
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "generic-netlink.h"
#include "netlink.h"
#include "requests.h"
#include "unique-fd.h"

namespace {

void check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

/** A socket without any of netlink::Socket's reading: what arrives goes to the file. */
kubedyno::UniqueFd openRaw(int protocol) {
  kubedyno::UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  check(fd.valid(), "socket");
  const int on = 1;
  check(::setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) == 0, "NETLINK_CAP_ACK");
  check(::setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) == 0, "NETLINK_EXT_ACK");
  return fd;
}

/** Sends the only message of `request` and appends every datagram of the answer to `folder`/`name`.bin. */
void capture(int fd, netlink::MessageBuilder& request, const std::string& folder, const char* name) {
  const std::span<std::byte> bytes = request.messages(0, 1);
  check(::send(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "send");
  std::FILE* file = std::fopen((folder + "/" + name + ".bin").c_str(), "wb");
  check(file != nullptr, name);
  std::vector<std::byte> buffer(64 * 1024);
  for (;;) {
    const ssize_t length = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length < 0) break;
    check(std::fwrite(buffer.data(), 1, static_cast<std::size_t>(length), file) == static_cast<std::size_t>(length),
          "fwrite");
  }
  check(std::fclose(file) == 0, "fclose");
}

/** The address service whose destinations are captured: `ipvsadm -A -t 10.96.0.1:80`. */
ipvs::ServiceConfig capturedService() {
  ipvs::ServiceConfig service{};
  service.family = AF_INET;
  service.protocol = IPPROTO_TCP;
  service.id = ipvs::ServiceId::kAddress;
  service.port = 80;
  service.address[0] = 10;
  service.address[1] = 96;
  service.address[3] = 1;
  return service;
}

void appendFamilyQuery(netlink::MessageBuilder& builder) {
  netlink::beginGeneric(builder, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
  builder.string(CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME);
  builder.end();
}

/** rtnetlink refuses it with an extended-ack text; IPVS has none. */
void appendUnknownLinkKind(netlink::MessageBuilder& builder) {
  builder.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  builder.header(ifinfomsg{});
  const std::size_t nest = builder.beginNest(IFLA_LINKINFO);
  builder.string(IFLA_INFO_KIND, "nonesuch");
  builder.endNest(nest);
  builder.end();
}

}  // namespace

int main(int argc, char** argv) {
  check(argc == 2, "usage: capture-replies FOLDER");
  const std::string folder = argv[1];
  netlink::Socket querySocket(NETLINK_GENERIC);
  const auto family = netlink::findGenericFamily(querySocket, IPVS_GENL_NAME);
  check(family.has_value(), "the IPVS family");
  const kubedyno::UniqueFd fd = openRaw(NETLINK_GENERIC);
  netlink::MessageBuilder builder;
  const auto next = [&](const char* name, const auto& append) {
    builder.clear();
    append();
    capture(fd.get(), builder, folder, name);
  };
  next("family", [&] { appendFamilyQuery(builder); });
  next("services", [&] { ipvs::appendListServices(builder, *family); });
  next("service", [&] { ipvs::appendGetService(builder, *family, capturedService()); });
  next("destinations", [&] { ipvs::appendListDestinations(builder, *family, capturedService()); });
  next("timeouts", [&] { ipvs::appendGetTimeouts(builder, *family); });
  next("info", [&] { ipvs::appendGetInfo(builder, *family); });
  next("refusal", [&] {
    ipvs::ServiceConfig missing = capturedService();
    missing.port = 81;
    ipvs::appendGetService(builder, *family, missing);
  });
  builder.clear();
  appendUnknownLinkKind(builder);
  capture(openRaw(NETLINK_ROUTE).get(), builder, folder, "extended-ack");
  return 0;
}
