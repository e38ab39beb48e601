// One client of a random script: it speaks both transports and the upgrade between them, honestly
// as long as nobody spoils its connections, and checks everything that it hears.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/transport/memory.hpp"
#include "support/sio_client.hpp"
#include "support/ws_client.hpp"

namespace socketio::test {

/// What went wrong first; the script's seed shows it again. (Exceptions and assertions would end in
/// the server's hands.)
class verdicts {
 public:
  void expect(bool holds, std::string_view what) {
    if (!holds && first_.empty()) first_ = what;
  }
  const std::string& first() const noexcept { return first_; }

 private:
  std::string first_;
};

/// The namespaces of the script.
inline constexpr std::string_view nsp_names[] = {"/", "/b"};

class actor {
 public:
  actor(memory::network& n, verdicts& v) : network_{n}, verdicts_{v} {}

  // ---- what it can be told to do
  // ------------------------------------------------------------------

  void open(bool websocket) {
    if (phase_ != phase::idle) return;
    if (websocket) {
      phase_ = phase::websocket;
      socket_.emplace(network_.connect(port));
      socket_->peer.write(ws_client::request());
    } else {
      phase_ = phase::polling;
      poll();
    }
  }

  void upgrade() {
    if (phase_ != phase::polling || sid_.empty()) return;
    phase_ = phase::probing;
    socket_.emplace(network_.connect(port));
    socket_->peer.write(ws_client::request("&sid=" + sid_));
  }

  void join(std::size_t nsp) {
    membership& m = in_[nsp];
    if (!usable() || m.state != membership::out) return;
    m = {};
    m.state = membership::joining;
    say(nsp, '0', {});
  }

  void leave(std::size_t nsp) {
    if (!usable() || in_[nsp].state != membership::in) return;
    in_[nsp].state = membership::out;
    say(nsp, '1', {});
  }

  /// An event with the next number of this socket, and text of this size.
  void send(std::size_t nsp, std::size_t size) {
    if (!joined(nsp)) return;
    say(nsp, '2',
        R"(["say",)" + std::to_string(in_[nsp].said++) + ",\"" + std::string(size, 'x') + "\"]");
  }

  void send_binary(std::size_t nsp) {
    if (!joined(nsp)) return;
    const std::string number = std::to_string(in_[nsp].said++);
    const std::string placeholder = R"({"_placeholder":true,"num":0})";
    say(nsp, '5', R"(["say",)" + number + "," + placeholder + "]", "1-");
    out_.push_back('b' + number);
  }

  void ask(std::size_t nsp) {
    if (!joined(nsp)) return;
    const std::uint64_t id = in_[nsp].asked++;
    say(nsp, '2', R"(["ask",)" + std::to_string(id) + "]", std::to_string(id));
  }

  void change_room(std::size_t nsp, bool join, std::size_t room) {
    if (joined(nsp)) {
      say(nsp, '2',
          std::string{join ? R"(["join",)" : R"(["leave",)"} + std::to_string(room) + "]");
    }
  }

  /// Asks the server for `event`, which takes no argument.
  void request(std::size_t nsp, std::string_view event) {
    if (joined(nsp)) say(nsp, '2', R"([")" + std::string{event} + "\"]");
  }

  /// Ends the session as the protocol wants it.
  void finish() {
    if (!usable()) return;
    out_.push_back("1");
    flush();
    if (phase_ == phase::websocket && socket_) socket_->peer.close();
    give_up();
  }

  /// Something that no honest client says.
  void say_nonsense(std::string_view bytes) {
    spoiled_ = true;
    if (auto* c = any_connection(0)) c->peer.write(bytes);
  }

  /// One of its connections, for faults; null if it has none.
  memory::peer* connection(std::size_t choice) {
    auto* const c = any_connection(choice);
    return c ? &c->peer : nullptr;
  }

  /// A fault that a connection does not survive, or may not: nothing is certain now but order.
  void spoil() { spoiled_ = true; }

  /// Everything is let go, without a word.
  void vanish() { give_up(); }

  // ---- what it does by itself
  // ----------------------------------------------------------------------

  /// Reads what has come, and says what is to be said. True if anything happened.
  bool pump() {
    happened_ = false;
    if (get_) read_http(get_, [this](const http_answer& a) { polled(a); });
    if (post_) read_http(post_, [this](const http_answer& a) { posted(a); });
    if (socket_) read_socket();
    flush();
    if (phase_ == phase::polling || (phase_ == phase::probing && !probed_)) poll();
    return happened_;
  }

  // ---- what it knows
  // -------------------------------------------------------------------------------

  struct membership {
    enum { out, joining, in } state = out;
    std::string id;
    int said = 0;             ///< its own events
    int told = 0;             ///< "tell" 0, 1, 2 … of the server to this socket alone
    std::optional<int> news;  ///< the next of the broadcasts to all
    std::uint64_t asked = 0;
    std::set<std::uint64_t> answered;
    std::size_t heard = 0;
  };

  bool idle() const noexcept { return phase_ == phase::idle; }
  bool gone() const noexcept { return phase_ == phase::gone; }
  /// It has a session that nothing was done to.
  bool honest() const noexcept { return !spoiled_ && !gone() && !idle(); }
  bool upgraded() const noexcept { return upgraded_; }
  const membership& in(std::size_t nsp) const { return in_[nsp]; }

 private:
  enum class phase { idle, polling, probing, websocket, gone };

  struct wire {
    explicit wire(memory::peer p) : peer{std::move(p)} {}
    memory::peer peer;
    std::string received;
    bool waiting = false;  ///< for the answer to a request
    bool open = false;     ///< as a WebSocket
    server_frame_reader frames;
  };

  bool usable() const noexcept { return !idle() && !gone() && !sid_.empty(); }
  bool joined(std::size_t nsp) const { return usable() && in_[nsp].state == membership::in; }

  wire* any_connection(std::size_t choice) {
    std::vector<wire*> all;
    for (auto* each : {&get_, &post_, &socket_}) {
      if (*each) all.push_back(&**each);
    }
    return all.empty() ? nullptr : all[choice % all.size()];
  }

  void give_up() {
    phase_ = phase::gone;
    get_.reset();
    post_.reset();
    socket_.reset();
    out_.clear();
    for (auto& each : in_) each.state = membership::out;
  }

  // ---- HTTP
  // ----------------------------------------------------------------------------------------

  std::string target() const {
    const std::string path = "/socket.io/?EIO=4&transport=polling";
    return sid_.empty() ? path : path + "&sid=" + sid_;
  }

  /// A connection for a further request: the old one may have been closed for being idle.
  wire& ready(std::optional<wire>& w) {
    if (!w || w->peer.closed()) w.emplace(network_.connect(port));
    return *w;
  }

  void poll() {
    if (get_ && get_->waiting) return;
    wire& w = ready(get_);
    w.peer.write(http_client::get(target()));
    w.waiting = true;
    happened_ = true;
  }

  template <class Then>
  void read_http(std::optional<wire>& w, Then&& then) {
    w->received += w->peer.take();
    while (w) {
      const auto answer = take_answer(w->received);
      if (!answer) break;
      happened_ = true;
      verdicts_.expect(w->waiting || spoiled_, "an answer that nobody has asked for");
      w->waiting = false;
      then(*answer);
    }
    if (w && w->waiting && w->peer.closed()) give_up();
  }

  void polled(const http_answer& answer) {
    if (answer.status != 200) {
      verdicts_.expect(spoiled_ || answer.status == 400 || answer.status == 503,
                       "a poll is answered with " + std::to_string(answer.status));
      return give_up();
    }
    std::string_view rest = answer.body;
    while (!rest.empty() && !gone()) {
      const std::size_t end = std::min(rest.find('\x1e'), rest.size());
      packet(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (phase_ == phase::probing && probed_) complete_upgrade();
  }

  void posted(const http_answer& answer) {
    if (answer.status != 200) return give_up();
    if (phase_ == phase::probing && probed_) complete_upgrade();
  }

  // ---- WebSocket
  // -----------------------------------------------------------------------------------

  void read_socket() {
    wire& w = *socket_;
    std::string received = w.peer.take();
    if (!w.open) {
      w.received += received;
      received.clear();
      if (const auto answer = take_answer(w.received)) {
        happened_ = true;
        if (answer->status != 101) return lose_socket();
        w.open = true;
        received = std::exchange(w.received, {});
        if (phase_ == phase::probing) w.peer.write(text_frame("2probe"));
      }
    }
    w.frames.feed(received);
    while (socket_ && w.open) {
      const auto frame = w.frames.next();
      if (!frame) break;
      happened_ = true;
      if (frame->op == ws::opcode::close) return lose_socket();
      if (frame->op == ws::opcode::binary) {
        binary(frame->payload);
      } else if (frame->op == ws::opcode::text) {
        packet(frame->payload);
      }
    }
    if (socket_ && socket_->peer.closed()) lose_socket();
  }

  /// A lost candidate costs nothing; the WebSocket in use costs the session.
  void lose_socket() {
    if (phase_ != phase::probing) return give_up();
    socket_.reset();
    probed_ = false;
    phase_ = phase::polling;
  }

  void complete_upgrade() {
    // What is under way over polling comes first.
    if (!socket_ || (get_ && get_->waiting) || (post_ && post_->waiting)) return;
    socket_->peer.write(text_frame("5"));
    phase_ = phase::websocket;
    upgraded_ = true;
    get_.reset();
    post_.reset();
  }

  // ---- packets
  // -------------------------------------------------------------------------------------

  void say(std::size_t nsp, char type, std::string data, std::string_view before = {}) {
    std::string text = "4";
    text.push_back(type);
    if (type == '5') text.append(before);
    if (nsp != 0) text.append(nsp_names[nsp]).append(1, ',');
    if (type != '5') text.append(before);
    out_.push_back(text.append(data));
  }

  void flush() {
    if (out_.empty() || sid_.empty()) return;
    if (phase_ == phase::websocket && socket_ && socket_->open) {
      for (const auto& each : std::exchange(out_, {})) {
        socket_->peer.write(each[0] == 'b' ? binary_frame(std::string_view{each}.substr(1))
                                           : text_frame(each));
      }
      happened_ = true;
    } else if (phase_ == phase::polling && !(post_ && post_->waiting)) {
      std::string body;
      for (const auto& each : std::exchange(out_, {})) {
        if (!body.empty()) body.push_back('\x1e');
        body.append(each[0] == 'b' ? 'b' + base64_of(each.substr(1)) : each);
      }
      wire& w = ready(post_);
      w.peer.write(http_client::post(target(), body));
      w.waiting = true;
      happened_ = true;
    }
  }

  /// Of digits alone, which is all the script needs.
  static std::string base64_of(std::string_view text) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
      unsigned bits = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u);
      }
      for (std::size_t k = 0; k < 4; ++k) {
        out.push_back(i + k > text.size() ? '=' : digits[bits >> (18 - 6 * k) & 63]);
      }
    }
    return out;
  }

  void packet(std::string_view text) {
    happened_ = true;
    if (text.empty()) return verdicts_.expect(false, "an empty packet");
    const std::string_view rest = text.substr(1);
    switch (text[0]) {
      case '0':
        verdicts_.expect(sid_.empty(), "a second open packet");
        sid_ = between(rest, R"("sid":")", "\"");
        verdicts_.expect(sid_.size() == 20, "a session id of another length");
        return;
      case '1':
        return give_up();
      case '2':
        out_.push_front("3");
        return;
      case '3':
        verdicts_.expect(phase_ == phase::probing && rest == "probe" && !probed_, "an odd pong");
        probed_ = true;
        return complete_upgrade();
      case '4':
        return message(rest);
      case '6':
        return;
      case 'b':
        return binary(rest);
      default:
        return verdicts_.expect(false, "a packet of unknown type");
    }
  }

  void message(std::string_view text) {
    verdicts_.expect(!attachment_due_, "text where an attachment was due");
    const char type = text.empty() ? 'x' : text[0];
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    if (type == '5') {
      verdicts_.expect(text.starts_with("1-"), "a number of attachments that nobody sends");
      text.remove_prefix(2);
      attachment_due_ = true;
    }
    const std::size_t nsp = text.starts_with("/b,") ? 1 : 0;
    if (nsp == 1) text.remove_prefix(3);
    membership& m = in_[nsp];
    switch (type) {
      case '0':
        verdicts_.expect(m.state == membership::joining, "an answer to no CONNECT");
        m.state = membership::in;
        m.id = between(text, R"("sid":")", "\"");
        return;
      case '1':
        m.state = membership::out;
        return;
      case '4':
        verdicts_.expect(m.state == membership::joining, "a refusal of no CONNECT");
        m.state = membership::out;
        return;
      case '2':
      case '5':
        return event(nsp, text);
      case '3':
        return answer(m, text);
      default:
        return verdicts_.expect(false, "a message of unknown type");
    }
  }

  void binary(std::string_view) {
    verdicts_.expect(attachment_due_, "an attachment that nothing has announced");
    attachment_due_ = false;
  }

  static int number_in(std::string_view text) {
    int n = 0;
    for (std::size_t i = 0; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      n = 10 * n + (text[i] - '0');
    }
    return n;
  }

  void event(std::size_t nsp, std::string_view text) {
    membership& m = in_[nsp];
    // What was on its way when the socket left concerns no socket of now.
    if (m.state != membership::in) return;
    ++m.heard;
    const std::size_t bracket = text.find('[');
    const std::string_view id = text.substr(0, bracket);
    text.remove_prefix(bracket);
    if (text.starts_with(R"(["tell",)")) {
      verdicts_.expect(number_in(text.substr(8)) == m.told, "lost, doubled or out of order: tell");
      ++m.told;
    } else if (text.starts_with(R"(["news",)")) {
      const int n = number_in(text.substr(8));
      verdicts_.expect(!m.news || n == *m.news, "lost, doubled or out of order: news");
      m.news = n + 1;
    } else if (text.starts_with(R"(["room",)")) {
      // Who is in which room is the server's to say: see the script.
    } else if (text.starts_with(R"(["question")")) {
      verdicts_.expect(!id.empty(), "a question without an id");
      say(nsp, '3', "[" + std::string{id} + "]", id);
    } else {
      verdicts_.expect(false, "an event of unknown name");
    }
  }

  void answer(membership& m, std::string_view text) {
    if (m.state != membership::in) return;
    const auto id = static_cast<std::uint64_t>(number_in(text));
    verdicts_.expect(id < m.asked, "an answer to no question");
    verdicts_.expect(m.answered.insert(id).second, "a second answer");
    verdicts_.expect(text.ends_with("[" + std::to_string(id) + "]"), "another question's answer");
  }

  memory::network& network_;
  verdicts& verdicts_;
  phase phase_ = phase::idle;
  std::optional<wire> get_, post_, socket_;
  std::string sid_;
  std::deque<std::string> out_;  ///< Engine.IO packets to be sent; binary behind a 'b'
  membership in_[2];
  bool probed_ = false;
  bool upgraded_ = false;
  bool attachment_due_ = false;
  bool spoiled_ = false;
  bool happened_ = false;
};

}  // namespace socketio::test
