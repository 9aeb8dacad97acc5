#pragma once

#include <vector>

/** Network namespaces as descriptors, without Node. All throw std::system_error that names the refused call. */
namespace kubedyno {

/**
 * A new namespace with its loopback up. The calling thread stays where it is: a temporary thread makes the namespace.
 * The caller owns the descriptor.
 */
int createNamespace();

/** The calling thread's namespace. The caller owns the descriptor. */
int currentNamespace();

/** Moves the calling thread; the other threads of the process stay where they are. */
void enterNamespace(int netnsFd);

/** Keeps a thread, and the threads that it starts from now on, on these CPUs, counted from 0. Thread 0: the caller. */
void pinThread(const std::vector<int>& cpus, int thread);

}  // namespace kubedyno
