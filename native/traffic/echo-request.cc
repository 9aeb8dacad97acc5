#include "echo-request.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kubedyno::traffic {

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLineEnd = "\r\n";

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter; }

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Takes the part before `separator` off the front of `text`; all of it when there is none.
std::string_view take_until(std::string_view& text, std::string_view separator) {
  const size_t at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
  return part;
}

bool lists(std::string_view tokens, std::string_view wanted) {
  while (!tokens.empty()) {
    if (equal_ignoring_case(trimmed(take_until(tokens, ",")), wanted)) return true;
  }
  return false;
}

std::optional<uint64_t> decimal(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

AfterRequests take_request_line(std::string_view line) {
  const std::string_view method = take_until(line, " ");
  const std::string_view target = take_until(line, " ");
  const bool sane = !method.empty() && !target.empty() && method != "HEAD";
  if (!sane || (line != "HTTP/1.1" && line != "HTTP/1.0")) return AfterRequests::kReject;
  return line == "HTTP/1.0" ? AfterRequests::kClose : AfterRequests::kKeep;
}

}  // namespace

RequestsRead FixedRequestReader::feed(std::string_view bytes) {
  have_ += bytes.size();
  const RequestsRead read{static_cast<uint32_t>(have_ / request_bytes_), AfterRequests::kKeep};
  have_ %= request_bytes_;
  return read;
}

RequestsRead HttpRequestReader::feed(std::string_view bytes) {
  RequestsRead read;
  while (!bytes.empty() && read.after == AfterRequests::kKeep) {
    if (body_left_ > 0) {
      const uint64_t taken = std::min<uint64_t>(body_left_, bytes.size());
      bytes.remove_prefix(taken);
      body_left_ -= taken;
    } else if (skip_empty_line(bytes)) {
      continue;
    } else if (!read_head(bytes)) {
      if (partial_head_.size() > kHeadLimit) read.after = AfterRequests::kReject;
      return read;
    } else if (after_body_ == AfterRequests::kReject) {
      read.after = AfterRequests::kReject;
      return read;
    }
    if (body_left_ == 0) {
      ++read.complete;
      read.after = after_body_;
    }
  }
  return read;
}

// Takes a head off the front of `bytes`, or keeps all of them when it does not end there. Most heads arrive whole and
// are read where they lie.
bool HttpRequestReader::read_head(std::string_view& bytes) {
  const size_t kept = partial_head_.size();
  if (kept > 0) partial_head_.append(bytes);
  const std::string_view text = kept > 0 ? std::string_view(partial_head_) : bytes;
  // What was kept does not hold the end, but may hold all of it except its last byte.
  const size_t search_from = kept < kHeadEnd.size() ? 0 : kept - (kHeadEnd.size() - 1);
  const size_t end = text.find(kHeadEnd, search_from);
  if (end == std::string_view::npos) {
    if (kept == 0) partial_head_.assign(bytes);
    return false;
  }
  after_body_ = take_head(text.substr(0, end));
  bytes.remove_prefix(end + kHeadEnd.size() - kept);
  partial_head_.clear();
  return true;
}

// Empty lines before a request are forgiven (RFC 9112, section 2.2), also when a piece ends within one.
bool HttpRequestReader::skip_empty_line(std::string_view& bytes) {
  if (partial_head_.empty() && bytes.starts_with(kLineEnd)) {
    bytes.remove_prefix(kLineEnd.size());
    return true;
  }
  if (partial_head_ == "\r" && bytes.starts_with('\n')) {
    partial_head_.clear();
    bytes.remove_prefix(1);
    return true;
  }
  return false;
}

AfterRequests HttpRequestReader::take_head(std::string_view head) {
  AfterRequests after = take_request_line(take_until(head, kLineEnd));
  while (!head.empty() && after != AfterRequests::kReject) {
    std::string_view value = take_until(head, kLineEnd);
    const std::string_view name = take_until(value, ":");
    if (equal_ignoring_case(name, "connection") && lists(value, "close")) after = AfterRequests::kClose;
    if (equal_ignoring_case(name, "transfer-encoding")) after = AfterRequests::kReject;
    if (equal_ignoring_case(name, "content-length")) {
      const std::optional<uint64_t> length = decimal(trimmed(value));
      if (length) {
        body_left_ = *length;
      } else {
        after = AfterRequests::kReject;
      }
    }
  }
  return after;
}

}  // namespace kubedyno::traffic
