/**
 * `mutate-replies SEED MUTATIONS FILE...`: feeds real replies to the readers, whole, cut at every length, and after
 * random changes that netlink parsers trip over. Deterministic in SEED. Every input lies in a heap block of exactly its
 * size, so that AddressSanitizer sees a read of a single byte too many.
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "netlink-check.h"
#include "reply-target.h"

namespace {

using Bytes = std::vector<std::byte>;

/** splitmix64: small, seeded, the same on every machine. */
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::size_t below(std::size_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

Bytes load(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  CHECK(file != nullptr);
  Bytes bytes(1 << 16);
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  CHECK(!bytes.empty());
  return bytes;
}

std::size_t feed(const Bytes& bytes, std::size_t length) {
  const auto block = std::make_unique<std::byte[]>(length);
  if (length > 0) std::memcpy(block.get(), bytes.data(), length);
  return readEverything({block.get(), length});
}

/** A 16-bit length field, aligned like all of netlink's, gets a value at or around a limit. */
void changeLength(Bytes& bytes, Random& random) {
  constexpr std::uint16_t kLengths[] = {0, 1, 3, 4, 5, 7, 8, 15, 16, 17, 0x7fff, 0x8000, 0xfffe, 0xffff};
  if (bytes.size() < 4) return;
  const std::size_t at = random.below(bytes.size() / 4) * 4;
  std::uint16_t length = kLengths[random.below(std::size(kLengths))];
  if (random.below(2) == 0) {
    std::memcpy(&length, &bytes[at], sizeof(length));
    length = static_cast<std::uint16_t>(length + random.below(17) - 8);
  }
  std::memcpy(&bytes[at], &length, sizeof(length));
}

void mutateOnce(Bytes& bytes, const Bytes& other, Random& random) {
  const std::size_t at = random.below(bytes.size());
  switch (random.below(6)) {
    case 0: bytes[at] ^= static_cast<std::byte>(1U << random.below(8)); break;
    case 1: bytes[at] = static_cast<std::byte>(random.next()); break;
    case 2: changeLength(bytes, random); break;
    case 3: bytes.resize(at + 1); break;
    case 4: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), random.below(9), std::byte{0}); break;
    default: {
      const std::size_t from = random.below(other.size());
      const std::size_t count = std::min({random.below(64), other.size() - from, bytes.size() - at});
      std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(from), count,
                  bytes.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc > 3);
  Random random(std::strtoull(argv[1], nullptr, 10));
  const unsigned long mutations = std::strtoul(argv[2], nullptr, 10);
  std::vector<Bytes> corpus;
  for (int at = 3; at < argc; ++at) corpus.push_back(load(argv[at]));

  unsigned long cuts = 0;
  for (const Bytes& bytes : corpus) {
    CHECK(feed(bytes, bytes.size()) > 0);
    for (std::size_t length = 0; length < bytes.size(); ++length, ++cuts) feed(bytes, length);
  }
  unsigned long rejected = 0;
  for (unsigned long done = 0; done < mutations; ++done) {
    Bytes bytes = corpus[random.below(corpus.size())];
    const std::size_t changes = 1 + random.below(4);
    for (std::size_t change = 0; change < changes; ++change) {
      mutateOnce(bytes, corpus[random.below(corpus.size())], random);
    }
    rejected += feed(bytes, bytes.size()) == 0;
  }
  std::printf("{\"cuts\": %lu, \"mutations\": %lu, \"rejected\": %lu}\n", cuts, mutations, rejected);
  return 0;
}
