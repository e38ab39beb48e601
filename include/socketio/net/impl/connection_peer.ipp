// layer 5 (net): the part of net/connection.hpp that finds out who is at the other end.
#pragma once

#include "socketio/net/connection.hpp"

namespace socketio {

template <transport T>
void connection<T>::expect_announcement() {
  const engine::proxies& proxies = shard_->proxies();
  if (http_->peer || !proxies.any_announces()) return;
  if (proxies.announces(stream_.remote_address())) {
    http_->announcement = std::make_unique<proxy::decoder>();
  }
}

/// Takes the PROXY header off the front. False: nothing is left to be read as HTTP, be it because
/// the header has not ended, or because it is none and the connection therefore over.
template <transport T>
bool connection<T>::take_announcement(std::span<char>& data) {
  using status = proxy::decoder::status;
  std::string_view text{data.data(), data.size()};
  const status found = http_->announcement->feed(text);
  data = data.last(text.size());
  if (found == status::need_more) return false;
  if (found == status::failed) {
    lost(true);
    return false;
  }
  const auto announcement = std::exchange(http_->announcement, nullptr);
  if (const auto& source = announcement->source()) {
    meet(source->to_string(), announcement->secure());
  } else {  // settled all the same: another loop must not wait for a second header
    meet(stream_.remote_address(), stream_.secure());
  }
  return !data.empty();
}

template <transport T>
void connection<T>::meet(std::string address, bool secure) {
  const bool trusted = shard_->proxies().trusts(address);
  http_->peer = detail::peer{std::move(address), secure, trusted};
}

/// Says in the current request who has sent it.
template <transport T>
void connection<T>::introduce() {
  if (!http_->peer) meet(stream_.remote_address(), stream_.secure());
  const detail::peer& peer = *http_->peer;
  const http::request& request = http_->parser.message();
  if (!peer.trusted) {
    http_->parser.introduce(peer.address, peer.secure, request.host);
    return;
  }
  engine::client_address client = shard_->proxies().client_of(request, peer.address, peer.secure);
  http_->client = std::move(client.text);
  http_->parser.introduce(http_->client, client.secure, client.host);
}

/// What is kept of the request that opens a session.
template <transport T>
ref<const engine::request_info> connection<T>::describe() {
  const http::request& request = http_->parser.message();
  if (request.address.empty()) introduce();
  std::unique_ptr<const peer_certificate> certificate;
  if constexpr (requires { stream_.peer_certificate(); }) certificate = stream_.peer_certificate();
  return ref<const engine::request_info>{
      new engine::request_info{request, std::string{request.address}, request.secure,
                               std::chrono::system_clock::now(), std::move(certificate)}};
}

}  // namespace socketio
