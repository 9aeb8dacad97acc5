#pragma once

#include <napi.h>

#include "link-operations.h"

namespace kubedyno {

/** The descriptor of a `Netns`. @throws Napi::TypeError */
int netnsDescriptor(const Napi::Value& netns);

/** A `LinkOperation` of types.ts. @throws Napi::TypeError that names the field when it is missing or out of range. */
link::Operation readLinkOperation(const Napi::Value& value);

}  // namespace kubedyno
