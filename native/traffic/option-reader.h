// Reading an options object from JavaScript: a missing or wrong field becomes an error that names the field, the value
// and the limit.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace kubedyno::traffic {

class OptionReader {
 public:
  // `name` is how messages call the object: `inject options`, `target`, `backends[3]`.
  OptionReader(const Napi::Value& value, std::string name);

  // An integer in [least, most]; both must be exact in a double.
  int64_t integer(const char* field, int64_t least, int64_t most) const;
  // A finite number in [least, most].
  double number(const char* field, double least, double most) const;
  std::string text(const char* field) const;
  Napi::Array list(const char* field) const;
  OptionReader object(const char* field) const;
  bool has(const char* field) const;
  // The `fd` of a Netns object.
  int netns(const char* field) const;

  // For a field whose value is none of those allowed: `framing.kind is 'tcp'; use 'fixed' or 'http'`.
  [[noreturn]] void refuse(const char* field, const std::string& advice) const;
  const std::string& name() const { return name_; }

 private:
  Napi::Value at(const char* field) const { return object_.Get(field); }
  [[noreturn]] void mistyped(const char* field, const char* expected) const;

  Napi::Object object_;
  std::string name_;
};

}  // namespace kubedyno::traffic
