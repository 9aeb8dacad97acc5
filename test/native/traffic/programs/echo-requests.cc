// Feeds generated streams of HTTP requests to HttpRequestReader, cut into pieces at random and damaged at random, and
// checks that the pieces do not matter and that nothing reads beyond them. Argument: the number of streams.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "echo-request.h"
#include "random.h"

using kubedyno::traffic::AfterRequests;
using kubedyno::traffic::FixedRequestReader;
using kubedyno::traffic::HttpRequestReader;
using kubedyno::traffic::Random;
using kubedyno::traffic::RequestsRead;

namespace {

uint32_t below(Random& random, size_t bound) { return static_cast<uint32_t>(random.next() % bound); }

std::string request(Random& random) {
  static const std::vector<std::string> kHeads{
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nGET /x HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\ncontent-length:  5 \r\nConnection: Keep-Alive\r\n\r\nab\r\n\r",
      "GET / HTTP/1.1\r\nConnection: upgrade , Close\r\n\r\n",
      "GET / HTTP/1.0\r\n\r\n",
      "HEAD / HTTP/1.1\r\n\r\n",
      "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "GET /\r\n\r\n",
  };
  // Mostly the harmless ones, so that many streams get far.
  return kHeads[below(random, 4) == 0 ? below(random, kHeads.size()) : below(random, 3)];
}

void damage(std::string& stream, Random& random) {
  for (uint32_t left = below(random, 4); left > 0; --left) {
    stream[below(random, stream.size())] = static_cast<char>(below(random, 256));
  }
}

template <typename Reader>
RequestsRead feed_in_pieces(Reader reader, std::string_view stream, Random& random, size_t longest) {
  RequestsRead total;
  while (!stream.empty() && total.after == AfterRequests::kKeep) {
    const size_t size = std::min<size_t>(stream.size(), 1 + below(random, longest));
    // A copy of exactly this size: AddressSanitizer sees every byte read beyond it.
    const std::vector<char> piece(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    const RequestsRead read = reader.feed({piece.data(), piece.size()});
    total.complete += read.complete;
    total.after = read.after;
    stream.remove_prefix(size);
  }
  return total;
}

void must_agree(const RequestsRead& whole, const RequestsRead& pieces, const std::string& stream) {
  if (whole.complete == pieces.complete && whole.after == pieces.after) return;
  std::fprintf(stderr, "whole: %u requests, after %d; in pieces: %u, after %d; stream:\n%s\n", whole.complete,
               static_cast<int>(whole.after), pieces.complete, static_cast<int>(pieces.after), stream.c_str());
  std::exit(1);
}

}  // namespace

int main(int count, char** arguments) {
  const long streams = count > 1 ? std::atol(arguments[1]) : 0;
  Random random(7);
  uint64_t requests = 0;
  for (long number = 0; number < streams; ++number) {
    std::string stream;
    for (uint32_t left = 1 + below(random, 6); left > 0; --left) stream += request(random);
    if (below(random, 2) == 0) damage(stream, random);
    const RequestsRead whole = HttpRequestReader().feed(stream);
    must_agree(whole, feed_in_pieces(HttpRequestReader(), stream, random, 1), stream);
    must_agree(whole, feed_in_pieces(HttpRequestReader(), stream, random, 40), stream);
    const size_t request_bytes = 1 + below(random, 50);
    must_agree(FixedRequestReader(request_bytes).feed(stream),
               feed_in_pieces(FixedRequestReader(request_bytes), stream, random, 40), stream);
    requests += whole.complete;
  }
  std::printf("%llu\n", static_cast<unsigned long long>(requests));
}
