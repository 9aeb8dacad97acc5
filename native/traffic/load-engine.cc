#include "load-engine.h"

#include <algorithm>
#include <deque>

#include "clock.h"
#include "load-connection.h"
#include "load-list.h"
#include "load-poller.h"
#include "load-recorder.h"
#include "load-schedule.h"

namespace kubedyno::traffic {

namespace {

// The stop flag is looked at least so often.
constexpr int64_t kStopPollNs = 8'000'000;
// A connection that failed rests so long before it is opened again: a target that refuses must not be stormed.
constexpr int64_t kRestNs = 10'000'000;
constexpr size_t kReceiveBytes = 65'536;

std::string request_of(const LoadOptions& options) {
  if (options.framing == FramingKind::kFixed) return std::string(options.request_bytes, 'k');
  const bool close = options.mode == LoadMode::kConnectRequestReply;
  return "GET " + options.http_path + " HTTP/1.1\r\nHost: " + written(options.target_ip, options.target_port) +
         (close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
}

std::vector<SocketAddress> addresses_of(const std::vector<std::string>& ips) {
  std::vector<SocketAddress> addresses;
  for (const std::string& ip : ips) addresses.push_back(socket_address(ip, 0));
  return addresses;
}

class LoadEngine {
 public:
  explicit LoadEngine(const LoadOptions& options)
      : options_(options),
        sources_(addresses_of(options.sources)),
        plan_{options.mode, socket_address(options.target_ip, options.target_port), request_of(options),
              poller_.epoll_fd()},
        buffer_(kReceiveBytes),
        recorder_(options) {}

  LoadResult run();

 private:
  bool stopped() const { return __atomic_load_n(options_.stop, __ATOMIC_RELAXED) != 0; }
  int64_t grace_ends_ns() const { return recorder_.closes_ns() + options_.timeout_ns; }

  void open_all();
  bool finished(int64_t now_ns) const;
  int64_t wait_and_handle(int64_t now_ns);
  int64_t next_wake_ns(int64_t now_ns);
  void start_due(int64_t now_ns);
  void drop_due(int64_t now_ns);
  void give_up_late(int64_t now_ns);
  void reopen_rested(int64_t now_ns);

  void start(Connection& connection, int64_t intended_ns, int64_t now_ns);
  void handle(Connection& connection, Progress progress, int64_t now_ns);
  void place(Connection& connection, Progress progress, int64_t now_ns);
  void fail(Connection& connection, uint64_t LoadErrors::*kind, int64_t now_ns);
  void rest(Connection& connection, int64_t now_ns);

  const LoadOptions& options_;
  LoadPoller poller_;
  const std::vector<SocketAddress> sources_;
  const ConnectionPlan plan_;
  std::vector<char> buffer_;
  std::deque<Connection> connections_;
  // Every connection is in one of these. Members of a list wait equally long, so its first one is the next to end.
  IntrusiveList<Connection> idle_;
  IntrusiveList<Connection> waiting_;
  IntrusiveList<Connection> resting_;
  size_t in_flight_ = 0;
  // Since when some connection has been idle: an arrival meant for an earlier time had to queue for one.
  int64_t idle_since_ns_ = 0;
  LoadRecorder recorder_;
  LoadSchedule schedule_;
};

LoadResult LoadEngine::run() {
  open_all();
  int64_t now_ns = monotonic_ns();
  recorder_.begin(options_, now_ns);
  schedule_.begin(options_, now_ns);
  idle_since_ns_ = now_ns;
  while (!finished(now_ns)) {
    if (stopped()) {
      recorder_.stop(now_ns);
      break;
    }
    recorder_.advance(now_ns);
    give_up_late(now_ns);
    reopen_rested(now_ns);
    if (now_ns >= grace_ends_ns()) drop_due(now_ns);
    start_due(now_ns);
    now_ns = wait_and_handle(now_ns);
  }
  recorder_.advance(now_ns);
  drop_due(now_ns);
  return recorder_.result();
}

// Connections are set up before the load starts, all at once, and whether or not they come about.
void LoadEngine::open_all() {
  for (size_t number = 0; number < options_.connections; ++number) {
    const SocketAddress* source = sources_.empty() ? nullptr : &sources_[number % sources_.size()];
    Connection& connection =
        connections_.emplace_back(plan_, source, ReplyReader(options_.framing, options_.reply_bytes));
    const Progress progress = connection.open();
    place(connection, progress, monotonic_ns());
  }
  for (int64_t now_ns = monotonic_ns(); !waiting_.empty() && !stopped(); now_ns = wait_and_handle(now_ns)) {
    give_up_late(now_ns);
  }
}

bool LoadEngine::finished(int64_t now_ns) const {
  return now_ns >= recorder_.closes_ns() && in_flight_ == 0 &&
         (schedule_.exhausted(now_ns) || now_ns >= grace_ends_ns());
}

// Returns the time, so that the clock is read once per round.
int64_t LoadEngine::wait_and_handle(int64_t now_ns) {
  const bool arrival_awaited = !idle_.empty() && !schedule_.exhausted(now_ns);
  const LoadPoller::Wait wait = poller_.wait(next_wake_ns(now_ns) - now_ns, arrival_awaited);
  const int64_t waited_from_ns = now_ns;
  now_ns = monotonic_ns();
  if (!wait.blocked && wait.events.empty()) recorder_.spun(now_ns - waited_from_ns);
  for (const epoll_event& event : wait.events) {
    Connection& connection = *static_cast<Connection*>(event.data.ptr);
    const Progress progress = connection.on_ready(event.events, buffer_);
    if (progress == Progress::kPending) continue;
    now_ns = monotonic_ns();
    handle(connection, progress, now_ns);
    // Not only after the last event: the next arrival must not wait for a batch of replies.
    start_due(now_ns);
  }
  return now_ns;
}

int64_t LoadEngine::next_wake_ns(int64_t now_ns) {
  int64_t wake_ns = std::min(now_ns + kStopPollNs, recorder_.next_change_ns());
  if (!waiting_.empty()) wake_ns = std::min(wake_ns, waiting_.front().started_ns + options_.timeout_ns);
  if (!resting_.empty()) wake_ns = std::min(wake_ns, resting_.front().rested_ns);
  if (!idle_.empty() && !schedule_.exhausted(now_ns)) wake_ns = std::min(wake_ns, schedule_.head_ns(now_ns));
  return wake_ns;
}

void LoadEngine::start_due(int64_t now_ns) {
  while (!idle_.empty() && schedule_.due(now_ns)) {
    start(idle_.front(), schedule_.take(now_ns), now_ns);
    now_ns = monotonic_ns();
  }
}

void LoadEngine::drop_due(int64_t now_ns) {
  if (schedule_.closed_loop()) return;
  while (schedule_.due(now_ns)) recorder_.dropped(schedule_.take(now_ns));
}

void LoadEngine::give_up_late(int64_t now_ns) {
  while (!waiting_.empty() && waiting_.front().started_ns + options_.timeout_ns <= now_ns) {
    Connection& connection = waiting_.front();
    fail(connection, connection.is_connecting() ? &LoadErrors::connect : &LoadErrors::timeout, now_ns);
  }
}

void LoadEngine::reopen_rested(int64_t now_ns) {
  while (!resting_.empty() && resting_.front().rested_ns <= now_ns) {
    Connection& connection = resting_.front();
    resting_.remove(connection);
    place(connection, connection.open(), now_ns);
  }
}

void LoadEngine::start(Connection& connection, int64_t intended_ns, int64_t now_ns) {
  idle_.remove(connection);
  connection.intended_ns = intended_ns;
  connection.started_ns = now_ns;
  connection.in_flight = true;
  in_flight_ += 1;
  if (!schedule_.closed_loop()) recorder_.started(intended_ns, now_ns, intended_ns < idle_since_ns_);
  waiting_.push_back(connection);
  handle(connection, connection.request(), now_ns);
}

void LoadEngine::handle(Connection& connection, Progress progress, int64_t now_ns) {
  switch (progress) {
    case Progress::kPending:
      return;
    case Progress::kReady:
      waiting_.remove(connection);
      return place(connection, progress, now_ns);
    case Progress::kReplied:
    case Progress::kBadStatus:
      if (progress == Progress::kReplied) {
        recorder_.replied(connection.intended_ns, connection.started_ns, now_ns);
      } else {
        recorder_.failed(&LoadErrors::status, connection.intended_ns);
      }
      waiting_.remove(connection);
      connection.in_flight = false;
      in_flight_ -= 1;
      return place(connection, connection.settle(), now_ns);
    case Progress::kConnectFailed:
      return fail(connection, &LoadErrors::connect, now_ns);
    case Progress::kReset:
      return fail(connection, &LoadErrors::reset, now_ns);
    case Progress::kShort:
      return fail(connection, &LoadErrors::cut_short, now_ns);
    case Progress::kIdleClosed:
      idle_.remove(connection);
      return rest(connection, now_ns);
  }
}

// Puts a connection that has just been opened, and is in no list, where it belongs.
void LoadEngine::place(Connection& connection, Progress progress, int64_t now_ns) {
  if (progress == Progress::kReady) {
    if (idle_.empty()) idle_since_ns_ = now_ns;
    idle_.push_back(connection);
  } else if (progress == Progress::kPending) {
    connection.started_ns = now_ns;
    waiting_.push_back(connection);
  } else {
    recorder_.failed(&LoadErrors::connect, now_ns);
    rest(connection, now_ns);
  }
}

void LoadEngine::fail(Connection& connection, uint64_t LoadErrors::*kind, int64_t now_ns) {
  waiting_.remove(connection);
  recorder_.failed(kind, connection.in_flight ? connection.intended_ns : now_ns);
  if (connection.in_flight) in_flight_ -= 1;
  connection.in_flight = false;
  rest(connection, now_ns);
}

void LoadEngine::rest(Connection& connection, int64_t now_ns) {
  connection.close();
  connection.rested_ns = now_ns + kRestNs;
  resting_.push_back(connection);
}

}  // namespace

LoadResult run_load(const LoadOptions& options) { return LoadEngine(options).run(); }

}  // namespace kubedyno::traffic
