// Registers the raw-packet injector: `inject`. Defined in inject-binding.cc.
#pragma once

#include <napi.h>

namespace kubedyno::traffic {

void init_inject(Napi::Env env, Napi::Object exports);

}  // namespace kubedyno::traffic
