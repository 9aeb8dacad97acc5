#include "table-socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "call-error.h"
#include "kernel-headers.h"
#include "netns-visit.h"

namespace iptables {
namespace {

/** How often a table may change between two calls before it is given up. */
constexpr int kAttempts = 16;

kubedyno::UniqueFd openSocket() {
  kubedyno::UniqueFd fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
  if (!fd.valid()) throw CallError(Step::kSocket, errno);
  return fd;
}

kubedyno::UniqueFd openSocketIn(std::optional<int> netnsFd) {
  if (!netnsFd) return openSocket();
  const kubedyno::NetnsVisit visit(*netnsFd);
  return openSocket();
}

/** getsockopt at IPPROTO_IP; 0 or the errno. */
int ask(int fd, int option, void* value, std::size_t bytes) {
  socklen_t length = static_cast<socklen_t>(bytes);
  return ::getsockopt(fd, IPPROTO_IP, option, value, &length) == 0 ? 0 : errno;
}

template <std::size_t Capacity>
void copyName(char (&field)[Capacity], const std::string& name) {
  const std::size_t length = std::min(name.size(), Capacity - 1);
  std::memcpy(field, name.data(), length);
  field[length] = '\0';
}

/** The version of the ipset protocol, which every further question has to repeat. */
unsigned setProtocol(int fd) {
  ip_set_req_version request{};
  request.op = IP_SET_OP_VERSION;
  if (const int error = ask(fd, SO_IP_SET, &request, sizeof request)) throw CallError(Step::kSet, error);
  return request.version;
}

}  // namespace

TableSocket::TableSocket(std::optional<int> netnsFd) : socket_(openSocketIn(netnsFd)) {}

TableInfo TableSocket::info(const char* table) const {
  ipt_getinfo request{};
  copyName(request.name, table);
  if (const int error = ask(socket_.get(), IPT_SO_GET_INFO, &request, sizeof request)) {
    throw CallError(Step::kInfo, error);
  }
  TableInfo info{{}, request.num_entries, request.size};
  std::copy(std::begin(request.hook_entry), std::end(request.hook_entry), info.hookEntry.begin());
  return info;
}

TableEntries TableSocket::read(const std::string& table) const {
  for (int attempt = 1;; ++attempt) {
    const TableInfo current = info(table.c_str());
    std::vector<std::uint8_t> buffer(sizeof(ipt_get_entries) + current.entryBytes);
    ipt_get_entries header{};
    copyName(header.name, table);
    header.size = current.entryBytes;
    std::memcpy(buffer.data(), &header, sizeof header);
    const int error = ask(socket_.get(), IPT_SO_GET_ENTRIES, buffer.data(), buffer.size());
    // EAGAIN: the table was replaced by one of another size after its size had been asked for.
    if (error == EAGAIN && attempt < kAttempts) continue;
    if (error != 0) throw CallError(Step::kEntries, error);
    return {current, std::move(buffer)};
  }
}

void TableSocket::replace(std::span<std::uint8_t> request) const {
  ipt_replace header{};
  if (request.size() < sizeof header) throw CallError(Step::kReplace, EINVAL);
  std::memcpy(&header, request.data(), sizeof header);
  header.name[sizeof header.name - 1] = '\0';
  for (int attempt = 1;; ++attempt) {
    // The kernel hands back the counters of as many entries as it had, and refuses when the number is another one.
    std::vector<xt_counters> old(std::max<std::size_t>(info(header.name).entryCount, 1));
    header.num_counters = static_cast<unsigned>(old.size());
    header.counters = old.data();
    std::memcpy(request.data(), &header, sizeof header);
    const socklen_t length = static_cast<socklen_t>(request.size());
    const int result = ::setsockopt(socket_.get(), IPPROTO_IP, IPT_SO_SET_REPLACE, request.data(), length);
    const int error = errno;
    header.counters = nullptr;
    std::memcpy(request.data(), &header, sizeof header);
    if (result == 0) return;
    if (error != EAGAIN || attempt == kAttempts) throw CallError(Step::kReplace, error);
  }
}

void TableSocket::addCounters(std::span<const std::uint8_t> request) const {
  const socklen_t length = static_cast<socklen_t>(request.size());
  if (::setsockopt(socket_.get(), IPPROTO_IP, IPT_SO_SET_ADD_COUNTERS, request.data(), length) != 0) {
    throw CallError(Step::kAddCounters, errno);
  }
}

std::optional<std::uint16_t> TableSocket::setIndex(const std::string& name) const {
  ip_set_req_get_set_family request{};
  if (name.size() >= sizeof request.set.name) return std::nullopt;
  request.version = setProtocol(socket_.get());
  request.op = IP_SET_OP_GET_FNAME;
  copyName(request.set.name, name);
  if (const int error = ask(socket_.get(), SO_IP_SET, &request, sizeof request)) throw CallError(Step::kSet, error);
  const bool suits = request.family == NFPROTO_IPV4 || request.family == NFPROTO_UNSPEC;
  if (request.set.index == IPSET_INVALID_ID || !suits) return std::nullopt;
  return request.set.index;
}

std::string TableSocket::setName(std::uint16_t index) const {
  ip_set_req_get_set request{};
  request.version = setProtocol(socket_.get());
  request.op = IP_SET_OP_GET_BYINDEX;
  request.set.index = index;
  if (const int error = ask(socket_.get(), SO_IP_SET, &request, sizeof request)) throw CallError(Step::kSet, error);
  return {request.set.name, ::strnlen(request.set.name, sizeof request.set.name)};
}

bool TableSocket::hasExtension(ExtensionKind kind, const std::string& name, std::uint8_t revision) const {
  xt_get_revision request{};
  if (name.size() >= sizeof request.name) return false;
  copyName(request.name, name);
  request.revision = revision;
  const int option = kind == ExtensionKind::kMatch ? IPT_SO_GET_REVISION_MATCH : IPT_SO_GET_REVISION_TARGET;
  const int error = ask(socket_.get(), option, &request, sizeof request);
  if (error == 0) return true;
  // ENOENT: no such extension; EPROTONOSUPPORT: other revisions of it.
  if (error == ENOENT || error == EPROTONOSUPPORT) return false;
  throw CallError(Step::kRevision, error);
}

}  // namespace iptables
