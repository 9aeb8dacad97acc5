#pragma once

/**
 * Netlink without N-API: `MessageBuilder` writes many messages into one buffer, `Socket` sends them together and
 * attributes every error to its message, the readers never leave the bytes they were given.
 */
#include "netlink-builder.h"
#include "netlink-error.h"
#include "netlink-reader.h"
#include "netlink-socket.h"
