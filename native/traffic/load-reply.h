// When a reply is complete, whatever the framing.
#pragma once

#include <string_view>

#include "load-http.h"
#include "load-options.h"

namespace kubedyno::traffic {

class ReplyReader {
 public:
  ReplyReader(FramingKind framing, size_t reply_bytes) : framing_(framing), reply_bytes_(reply_bytes) {}

  void start() {
    received_ = 0;
    if (framing_ == FramingKind::kHttp) http_.start();
  }

  ReplyState feed(std::string_view bytes) {
    received_ += bytes.size();
    if (framing_ == FramingKind::kHttp) return http_.feed(bytes);
    if (received_ > reply_bytes_) return ReplyState::kMalformed;
    return received_ == reply_bytes_ ? ReplyState::kComplete : ReplyState::kMore;
  }

  ReplyState peer_closed() const {
    return framing_ == FramingKind::kHttp ? http_.peer_closed() : ReplyState::kMalformed;
  }

  bool has_begun() const { return received_ > 0; }
  // An HTTP status of 400 or more.
  bool is_failure() const { return framing_ == FramingKind::kHttp && http_.status() >= 400; }
  bool keeps_connection() const { return framing_ == FramingKind::kFixed || http_.keeps_connection(); }

 private:
  FramingKind framing_;
  size_t reply_bytes_;
  size_t received_ = 0;
  HttpReplyReader http_;
};

}  // namespace kubedyno::traffic
