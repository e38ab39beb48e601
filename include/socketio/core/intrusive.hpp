// layer 0 (core): intrusive reference counting and lists, for objects that one shard owns.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace socketio {

/// A count that only the owning shard's thread touches.
class local_count {
 public:
  void add() noexcept { ++value_; }
  bool drop() noexcept { return --value_ == 0; }

 private:
  std::uint32_t value_ = 0;
};

/// A count for objects that handles on other threads keep alive as well.
class shared_count {
 public:
  void add() noexcept { value_.fetch_add(1, std::memory_order_relaxed); }
  bool drop() noexcept { return value_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

 private:
  std::atomic<std::uint32_t> value_{0};
};

/// Base of reference-counted objects; `Derived` is what the last reference deletes.
template <class Derived, class Count = local_count>
class counted {
 public:
  counted() = default;
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

  void add_reference() const noexcept { count_.add(); }
  void drop_reference() const noexcept {
    if (count_.drop()) delete static_cast<const Derived*>(this);
  }

 protected:
  ~counted() = default;

 private:
  mutable Count count_;
};

/// A counted reference. One word, no control block: the count lives in the object.
template <class T>
class ref {
 public:
  ref() noexcept = default;
  ref(std::nullptr_t) noexcept {}
  explicit ref(T* object) noexcept : object_{object} {
    if (object_) object_->add_reference();
  }
  ref(const ref& other) noexcept : ref{other.object_} {}
  ref(ref&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}
  template <class U>
  ref(const ref<U>& other) noexcept : ref{other.get()} {}
  template <class U>
  ref(ref<U>&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}
  ref& operator=(ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~ref() {
    if (object_) object_->drop_reference();
  }

  T* get() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  friend bool operator==(const ref& a, const ref& b) noexcept { return a.object_ == b.object_; }

 private:
  template <class>
  friend class ref;

  T* object_ = nullptr;
};

/// A place in a list. An object may derive from several links, told apart by their tags.
template <class Tag>
class link {
 public:
  link() noexcept : next_{this}, previous_{this} {}
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  ~link() { unlink(); }

  bool linked() const noexcept { return next_ != this; }

  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = this;
  }

 private:
  template <class, class>
  friend class list;

  void insert_before(link& position) noexcept {
    next_ = &position;
    previous_ = position.previous_;
    previous_->next_ = this;
    position.previous_ = this;
  }

  link* next_;
  link* previous_;
};

/// A doubly linked list of objects that it does not own; an object leaves it when destroyed.
template <class T, class Tag = T>
class list {
 public:
  bool empty() const noexcept { return !head_.linked(); }
  T& front() noexcept { return *static_cast<T*>(head_.next_); }

  void push_back(T& object) noexcept {
    link<Tag>& place = object;
    place.unlink();
    place.insert_before(head_);
  }

  /// Takes the first object off the list. To visit all, also those whose visit unlinks others:
  /// move the list aside and pop until it is empty.
  T& pop_front() noexcept {
    T& first = front();
    static_cast<link<Tag>&>(first).unlink();
    return first;
  }

  /// Moves everything of `other` to this list's end.
  void splice(list& other) noexcept {
    if (other.empty()) return;
    link<Tag>& first = *other.head_.next_;
    link<Tag>& last = *other.head_.previous_;
    other.head_.next_ = other.head_.previous_ = &other.head_;
    first.previous_ = head_.previous_;
    last.next_ = &head_;
    head_.previous_->next_ = &first;
    head_.previous_ = &last;
  }

 private:
  link<Tag> head_;
};

}  // namespace socketio
