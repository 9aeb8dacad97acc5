#include "load-http.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace kubedyno::traffic {

namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter; }

// `wanted` is in lower case.
bool equals_ignoring_case(std::string_view text, std::string_view wanted) {
  return text.size() == wanted.size() &&
         std::equal(text.begin(), text.end(), wanted.begin(), [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Whether a comma-separated list holds `wanted`, in lower case.
bool list_holds(std::string_view list, std::string_view wanted) {
  while (true) {
    const size_t comma = list.find(',');
    if (equals_ignoring_case(trimmed(list.substr(0, comma)), wanted)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

std::optional<uint64_t> parse_whole(std::string_view text, int base) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void HttpReplyReader::start() {
  part_ = Part::kStatusLine;
  status_ = 0;
  keeps_connection_ = true;
  chunked_ = false;
  content_length_ = kNoLength;
  head_bytes_ = 0;
  line_size_ = 0;
}

ReplyState HttpReplyReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (part_ == Part::kDone) return ReplyState::kMalformed;
    if (part_ == Part::kBodyUntilClose) return ReplyState::kMore;
    if (part_ == Part::kBody || part_ == Part::kChunk) {
      const size_t taken = static_cast<size_t>(std::min<uint64_t>(remaining_, bytes.size()));
      remaining_ -= taken;
      bytes.remove_prefix(taken);
      if (remaining_ == 0) part_ = part_ == Part::kBody ? Part::kDone : Part::kChunkEnd;
      continue;
    }
    const size_t newline = bytes.find('\n');
    const size_t taken = newline == std::string_view::npos ? bytes.size() : newline + 1;
    head_bytes_ += taken;
    if (head_bytes_ > kHeadLimit) return ReplyState::kMalformed;
    if (newline == std::string_view::npos) {
      keep(bytes);
      return ReplyState::kMore;
    }
    std::string_view line = bytes.substr(0, newline);
    if (line_size_ > 0) {
      keep(line);
      line = {line_.data(), line_size_};
      line_size_ = 0;
    }
    line = line.substr(0, kLineLimit);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!take_line(line)) return ReplyState::kMalformed;
    bytes.remove_prefix(taken);
  }
  return part_ == Part::kDone ? ReplyState::kComplete : ReplyState::kMore;
}

bool HttpReplyReader::take_line(std::string_view line) {
  switch (part_) {
    case Part::kStatusLine:
      return take_status_line(line);
    case Part::kHeaders:
      if (!line.empty()) return take_header(line);
      end_of_headers();
      return true;
    case Part::kChunkSize:
      return take_chunk_size(line);
    case Part::kChunkEnd:
      part_ = Part::kChunkSize;
      // Chunks may come for ever; only the lines between two of them are limited.
      head_bytes_ = 0;
      return line.empty();
    case Part::kTrailers:
      if (line.empty()) part_ = Part::kDone;
      return true;
    default:
      return false;
  }
}

bool HttpReplyReader::take_status_line(std::string_view line) {
  constexpr std::string_view version = "HTTP/1.";
  // "HTTP/1.1 200", then nothing or a space and the reason.
  if (!line.starts_with(version) || line.size() < 12 || line[8] != ' ') return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  const auto status = parse_whole(line.substr(9, 3), 10);
  if (!status || *status < 100) return false;
  status_ = static_cast<int>(*status);
  keeps_connection_ = line[7] != '0';
  part_ = Part::kHeaders;
  return true;
}

bool HttpReplyReader::take_header(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (equals_ignoring_case(name, "content-length")) {
    const auto length = parse_whole(value, 10);
    if (!length || (content_length_ != kNoLength && content_length_ != *length)) return false;
    content_length_ = *length;
  } else if (equals_ignoring_case(name, "transfer-encoding")) {
    chunked_ = list_holds(value, "chunked");
  } else if (equals_ignoring_case(name, "connection")) {
    if (list_holds(value, "close")) keeps_connection_ = false;
    if (list_holds(value, "keep-alive")) keeps_connection_ = true;
  }
  return true;
}

void HttpReplyReader::end_of_headers() {
  if (status_ < 200) {
    // An interim reply (100 Continue, 103 Early Hints): the final one follows.
    start();
  } else if (status_ == 204 || status_ == 304) {
    part_ = Part::kDone;
  } else if (chunked_) {
    part_ = Part::kChunkSize;
  } else if (content_length_ != kNoLength) {
    remaining_ = content_length_;
    part_ = remaining_ == 0 ? Part::kDone : Part::kBody;
  } else {
    keeps_connection_ = false;
    part_ = Part::kBodyUntilClose;
  }
}

bool HttpReplyReader::take_chunk_size(std::string_view line) {
  const auto size = parse_whole(trimmed(line.substr(0, line.find(';'))), 16);
  if (!size) return false;
  remaining_ = *size;
  part_ = remaining_ == 0 ? Part::kTrailers : Part::kChunk;
  return true;
}

void HttpReplyReader::keep(std::string_view piece) {
  const size_t room = kLineLimit - line_size_;
  const size_t kept = std::min(room, piece.size());
  std::memcpy(line_.data() + line_size_, piece.data(), kept);
  line_size_ += kept;
}

}  // namespace kubedyno::traffic
