#pragma once

#include <cstdio>
#include <cstdlib>

/** Ends the program with the place and the claim when `claim` is false; on in every build, unlike assert. */
#define CHECK(claim)                                                             \
  do {                                                                           \
    if (!(claim)) {                                                              \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #claim);   \
      std::exit(1);                                                              \
    }                                                                            \
  } while (false)
