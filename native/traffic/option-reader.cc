#include "option-reader.h"

#include <cmath>
#include <sstream>
#include <utility>

namespace kubedyno::traffic {

namespace {

std::string shown(double value) {
  std::ostringstream out;
  out.precision(17);
  out << value;
  return out.str();
}

}  // namespace

OptionReader::OptionReader(const Napi::Value& value, std::string name) : name_(std::move(name)) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), name_ + " must be an object");
  object_ = value.As<Napi::Object>();
}

double OptionReader::number(const char* field, double least, double most) const {
  const Napi::Value value = at(field);
  if (!value.IsNumber()) mistyped(field, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::isfinite(number) && number >= least && number <= most) return number;
  throw Napi::RangeError::New(
      object_.Env(), name_ + "." + field + " is " + shown(number) + "; it must be from " + shown(least) + " to " + shown(most));
}

int64_t OptionReader::integer(const char* field, int64_t least, int64_t most) const {
  const double value = number(field, static_cast<double>(least), static_cast<double>(most));
  if (value == std::trunc(value)) return static_cast<int64_t>(value);
  throw Napi::RangeError::New(object_.Env(), name_ + "." + field + " is " + shown(value) + "; it must be an integer");
}

std::string OptionReader::text(const char* field) const {
  const Napi::Value value = at(field);
  if (!value.IsString()) mistyped(field, "a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Array OptionReader::list(const char* field) const {
  const Napi::Value value = at(field);
  if (!value.IsArray()) mistyped(field, "an array");
  return value.As<Napi::Array>();
}

OptionReader OptionReader::object(const char* field) const { return OptionReader(at(field), name_ + "." + field); }

bool OptionReader::has(const char* field) const { return !at(field).IsUndefined(); }

int OptionReader::netns(const char* field) const {
  return static_cast<int>(object(field).integer("fd", 0, INT32_MAX));
}

void OptionReader::refuse(const char* field, const std::string& advice) const {
  const std::string value = at(field).ToString().Utf8Value();
  throw Napi::TypeError::New(object_.Env(), name_ + "." + field + " is '" + value + "'; " + advice);
}

void OptionReader::mistyped(const char* field, const char* expected) const {
  throw Napi::TypeError::New(object_.Env(), name_ + "." + field + " must be " + expected);
}

}  // namespace kubedyno::traffic
