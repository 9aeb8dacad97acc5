#include "reply-target.h"

#include <sys/socket.h>

#include <optional>

#include "generic-netlink.h"
#include "netlink-error.h"
#include "netlink-reader.h"
#include "replies.h"

namespace {

/** Whether `read` took the message; a refusal must be the typed one, and anything else ends the program. */
template <class Read>
bool accepts(Read&& read) {
  try {
    read();
    return true;
  } catch (const netlink::Error& error) {
    if (error.kind() != netlink::ErrorKind::kMalformed) throw;
    return false;
  }
}

}  // namespace

std::size_t readEverything(std::span<const std::byte> bytes) {
  std::size_t accepted = 0;
  netlink::MessageReader reader(bytes);
  for (;;) {
    std::optional<netlink::Message> message;
    if (!accepts([&] { message = reader.next(); }) || !message) return accepted;
    accepted += accepts([&] { ipvs::readService(*message); });
    accepted += accepts([&] { ipvs::readDestination(*message, AF_INET); });
    accepted += accepts([&] { ipvs::readTimeouts(*message); });
    accepted += accepts([&] { ipvs::readInfo(*message); });
    accepted += accepts([&] { netlink::readGenericFamily(*message); });
    accepted += accepts([&] { netlink::readError(*message); });
    accepted += accepts([&] { netlink::readDone(*message); });
  }
}

/** The entry that libFuzzer calls, where a compiler with it is at hand. */
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  readEverything({reinterpret_cast<const std::byte*>(data), size});
  return 0;
}
