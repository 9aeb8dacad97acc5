// Reads HTTP/1.1 replies as they arrive, in pieces of any size. No sockets and no Node here: it can be fuzzed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kubedyno::traffic {

enum class ReplyState { kMore, kComplete, kMalformed };

// One reply to a GET after another. The body's end is known from Content-Length, from chunked transfer coding, or
// from the peer closing (RFC 9112, section 6.3).
class HttpReplyReader {
 public:
  // Forgets the last reply; the next one begins.
  void start();
  // Takes the next bytes. Bytes after the end of the reply are malformed: nothing more was asked for.
  ReplyState feed(std::string_view bytes);
  // What it means that the peer closes now.
  ReplyState peer_closed() const { return part_ == Part::kBodyUntilClose ? ReplyState::kComplete : ReplyState::kMalformed; }
  // 0 until the status line has been read.
  int status() const { return status_; }
  // Whether the peer will take another request on this connection.
  bool keeps_connection() const { return keeps_connection_; }

 private:
  enum class Part {
    kStatusLine, kHeaders, kBody, kBodyUntilClose, kChunkSize, kChunk, kChunkEnd, kTrailers, kDone
  };
  // Longer than any line that matters; the rest of a longer one is not looked at. A line is copied only when it is cut
  // in two by the end of a piece.
  static constexpr size_t kLineLimit = 256;
  static constexpr size_t kHeadLimit = 65'536;
  static constexpr uint64_t kNoLength = UINT64_MAX;

  bool take_line(std::string_view line);
  bool take_status_line(std::string_view line);
  bool take_header(std::string_view line);
  bool take_chunk_size(std::string_view line);
  void end_of_headers();
  void keep(std::string_view piece);

  Part part_ = Part::kStatusLine;
  int status_ = 0;
  bool keeps_connection_ = true;
  bool chunked_ = false;
  uint64_t content_length_ = kNoLength;
  // Of the body or chunk.
  uint64_t remaining_ = 0;
  size_t head_bytes_ = 0;
  size_t line_size_ = 0;
  std::array<char, kLineLimit> line_{};
};

}  // namespace kubedyno::traffic
