// Where requests end in a stream of bytes that arrives in pieces of any size. No sockets and no Node here: it can be
// fuzzed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "echo-options.h"

namespace kubedyno::traffic {

// What is to become of the connection after the requests read so far.
enum class AfterRequests { kKeep, kClose, kReject };

struct RequestsRead {
  uint32_t complete = 0;
  // kClose and kReject: nothing more will be read.
  AfterRequests after = AfterRequests::kKeep;
};

// So many bytes each, whatever they are.
class FixedRequestReader {
 public:
  explicit FixedRequestReader(size_t request_bytes) : request_bytes_(request_bytes) {}
  RequestsRead feed(std::string_view bytes);

 private:
  size_t request_bytes_;
  size_t have_ = 0;
};

// HTTP/1.x requests, pipelined or not (RFC 9112). A body's end is known from Content-Length; HEAD, chunked bodies and
// anything that is not HTTP are rejected. HTTP/1.0 and `Connection: close` end the connection after their reply.
class HttpRequestReader {
 public:
  RequestsRead feed(std::string_view bytes);

 private:
  static constexpr size_t kHeadLimit = 16'384;

  bool skip_empty_line(std::string_view& bytes);
  bool read_head(std::string_view& bytes);
  AfterRequests take_head(std::string_view head);

  // The beginning of a head that is not complete yet; empty most of the time.
  std::string partial_head_;
  uint64_t body_left_ = 0;
  AfterRequests after_body_ = AfterRequests::kKeep;
};

class RequestReader {
 public:
  explicit RequestReader(const EchoFraming& framing) : reader_(FixedRequestReader(framing.request_bytes)) {
    if (framing.http) reader_ = HttpRequestReader();
  }
  RequestsRead feed(std::string_view bytes) {
    return std::visit([bytes](auto& reader) { return reader.feed(bytes); }, reader_);
  }

 private:
  std::variant<FixedRequestReader, HttpRequestReader> reader_;
};

}  // namespace kubedyno::traffic
