#include "echo-connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <string_view>

namespace kubedyno::traffic {

namespace {

std::string http_reply(std::string_view status, std::string_view connection, std::string_view body) {
  std::string reply = "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: text/plain\r\n";
  reply += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  reply += std::string(connection) + "\r\n";
  return reply += body;
}

}  // namespace

EchoReplies::EchoReplies(const EchoFraming& framing) {
  if (!framing.http) {
    usual = last = std::string(framing.reply_bytes, 'k');
    return;
  }
  constexpr std::string_view kClose = "Connection: close\r\n";
  usual = http_reply("200 OK", "", "kubedyno\n");
  last = http_reply("200 OK", kClose, "kubedyno\n");
  rejection = http_reply("400 Bad Request", kClose, "only HTTP/1.x requests other than HEAD, without chunked bodies\n");
}

uint32_t EchoConnection::receive(std::span<char> buffer) {
  const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (received < 0) {
    if (errno != EAGAIN && errno != EINTR) ending_ = Ending::kBroken;
    return 0;
  }
  if (received == 0) {
    ending_ = Ending::kPeerDone;
    return 0;
  }
  const RequestsRead read = reader_.feed({buffer.data(), static_cast<size_t>(received)});
  if (read.after == AfterRequests::kClose) ending_ = Ending::kAfterReplies;
  if (read.after == AfterRequests::kReject) ending_ = Ending::kAfterRejection;
  working_ += read.complete;
  return read.complete;
}

const std::string* EchoConnection::next_reply() {
  if (owed_ > 0) {
    --owed_;
    counters_->replying(backend_);
    const bool is_last = owed_ == 0 && working_ == 0 && ending_ == Ending::kAfterReplies;
    return is_last ? &replies_->last : &replies_->usual;
  }
  if (working_ == 0 && ending_ == Ending::kAfterRejection) {
    ending_ = Ending::kAfterReplies;
    return &replies_->rejection;
  }
  return nullptr;
}

void EchoConnection::flush() {
  while (ending_ != Ending::kBroken) {
    if (current_ == nullptr) {
      current_ = next_reply();
      written_ = 0;
      if (current_ == nullptr) break;
    }
    const ssize_t sent = ::send(socket_.get(), current_->data() + written_, current_->size() - written_, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) ending_ = Ending::kBroken;
      break;
    }
    written_ += static_cast<size_t>(sent);
    if (written_ == current_->size()) current_ = nullptr;
  }
}

bool EchoConnection::finished() const {
  if (ending_ == Ending::kBroken) return true;
  return ending_ != Ending::kNone && working_ == 0 && owed_ == 0 && current_ == nullptr;
}

uint32_t EchoConnection::wanted_events() const {
  const bool reads = ending_ == Ending::kNone && working_ + owed_ < kPipelineLimit;
  return (reads ? EPOLLIN : 0U) | (current_ != nullptr ? EPOLLOUT : 0U);
}

}  // namespace kubedyno::traffic
