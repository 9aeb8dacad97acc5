// A doubly linked list through its members: no allocation, any member leaves in constant time. A member is in one
// list at most.
#pragma once

namespace kubedyno::traffic {

template <typename T>
class IntrusiveList;

template <typename T>
class ListNode {
 private:
  friend class IntrusiveList<T>;
  ListNode* before_ = nullptr;
  ListNode* after_ = nullptr;
};

// First in, first out. Members outlive the list or leave it before.
template <typename T>
class IntrusiveList {
 public:
  IntrusiveList() { head_.before_ = head_.after_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const { return head_.after_ == &head_; }
  // Only when not empty.
  T& front() { return static_cast<T&>(*head_.after_); }

  void push_back(T& member) {
    ListNode<T>& node = member;
    node.before_ = head_.before_;
    node.after_ = &head_;
    head_.before_->after_ = &node;
    head_.before_ = &node;
  }

  static void remove(T& member) {
    ListNode<T>& node = member;
    node.before_->after_ = node.after_;
    node.after_->before_ = node.before_;
    node.before_ = node.after_ = nullptr;
  }

 private:
  ListNode<T> head_;
};

}  // namespace kubedyno::traffic
