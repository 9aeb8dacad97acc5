// With an argument: feeds that many generated streams of HTTP replies to HttpReplyReader, cut into pieces at random and
// damaged at random, checks that the pieces do not matter and that nothing reads beyond them, and prints how many
// replies were complete. Without: reads one reply from standard input, at once, and prints what became of it.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "load-http.h"
#include "random.h"

using kubedyno::traffic::HttpReplyReader;
using kubedyno::traffic::Random;
using kubedyno::traffic::ReplyState;

namespace {

struct Outcome {
  ReplyState state = ReplyState::kMore;
  ReplyState when_closed = ReplyState::kMore;
  int status = 0;
  bool keeps_connection = false;

  bool operator==(const Outcome&) const = default;
};

uint32_t below(Random& random, size_t bound) { return static_cast<uint32_t>(random.next() % bound); }

std::string reply(Random& random) {
  static const std::vector<std::string> kReplies{
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1f;x=y\r\n0123456789012345678901234567890\r\n0\r\nA: b\r\n\r\n",
      "HTTP/1.1 404 Not Found\r\nserver: x\r\nCONTENT-LENGTH:0\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.0 200\r\nConnection: Keep-Alive , x\r\ncontent-length: 1\r\n\r\n.",
      "HTTP/1.1 200 OK\r\n\r\nuntil the end",
      "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
      "HTTP/1.1 200 OK\r\nX: " + std::string(1000, 'x') + "\r\nContent-Length: 1\r\n\r\n.",
  };
  return kReplies[below(random, kReplies.size())];
}

Outcome outcome(const HttpReplyReader& reader, ReplyState state) {
  return {state, reader.peer_closed(), reader.status(), reader.keeps_connection()};
}

Outcome feed_in_pieces(std::string_view stream, Random& random, size_t longest) {
  HttpReplyReader reader;
  reader.start();
  ReplyState state = ReplyState::kMore;
  while (!stream.empty() && state != ReplyState::kMalformed) {
    const size_t size = std::min<size_t>(stream.size(), 1 + below(random, longest));
    // A copy of exactly this size: AddressSanitizer sees every byte read beyond it.
    const std::vector<char> piece(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    state = reader.feed({piece.data(), piece.size()});
    stream.remove_prefix(size);
  }
  return outcome(reader, state);
}

Outcome feed_whole(std::string_view stream) {
  HttpReplyReader reader;
  reader.start();
  const ReplyState state = reader.feed(stream);
  return outcome(reader, state);
}

void must_agree(const Outcome& whole, const Outcome& pieces, const std::string& stream) {
  // How far a malformed reply was understood does not matter.
  if (whole == pieces || (whole.state == ReplyState::kMalformed && pieces.state == ReplyState::kMalformed)) return;
  std::fprintf(stderr, "whole: state %d, status %d; in pieces: state %d, status %d; stream:\n%s\n",
               static_cast<int>(whole.state), whole.status, static_cast<int>(pieces.state), pieces.status,
               stream.c_str());
  std::exit(1);
}

void fuzz(long streams) {
  Random random(11);
  uint64_t complete = 0;
  for (long number = 0; number < streams; ++number) {
    std::string stream = reply(random);
    if (below(random, 8) == 0) stream += reply(random);
    if (below(random, 4) == 0) stream.resize(below(random, stream.size()));
    for (uint32_t left = below(random, 4); left > 0 && !stream.empty(); --left) {
      stream[below(random, stream.size())] = static_cast<char>(below(random, 256));
    }
    const Outcome whole = feed_whole(stream);
    must_agree(whole, feed_in_pieces(stream, random, 1), stream);
    must_agree(whole, feed_in_pieces(stream, random, 40), stream);
    complete += whole.state == ReplyState::kComplete;
  }
  std::printf("%llu\n", static_cast<unsigned long long>(complete));
}

const char* name(ReplyState state) {
  switch (state) {
    case ReplyState::kMore:
      return "more";
    case ReplyState::kComplete:
      return "complete";
    case ReplyState::kMalformed:
      return "malformed";
  }
  return "";
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) {
    fuzz(std::atol(arguments[1]));
    return 0;
  }
  const std::string stream{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const Outcome whole = feed_whole(stream);
  std::printf("%s %s %d %s", name(whole.state), name(whole.when_closed), whole.status,
              whole.keeps_connection ? "keep" : "close");
}
