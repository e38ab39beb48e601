// layer 5 (net): the part of net/connection.hpp that finds out who is at the other end.
#pragma once

#include "socketio/net/connection.hpp"

namespace socketio {

template <transport T>
void connection<T>::expect_proxy_header() {
  const engine::proxies& proxies = shard_->proxies();
  if (http_->peer || !proxies.any_sends_proxy_header()) return;
  if (proxies.sends_proxy_header(stream_.remote_address())) {
    http_->proxy_header = std::make_unique<proxy::decoder>();
  }
}

/// Takes the PROXY header off the front. False: nothing is left to be read as HTTP, be it because
/// the header has not ended, or because it is none and the connection therefore over.
template <transport T>
bool connection<T>::take_proxy_header(std::span<char>& data) {
  using status = proxy::decoder::status;
  std::string_view text{data.data(), data.size()};
  const status found = http_->proxy_header->feed(text);
  data = data.last(text.size());
  if (found == status::need_more) return false;
  if (found == status::failed) {
    lost(true);
    return false;
  }
  const auto proxy_header = std::exchange(http_->proxy_header, nullptr);
  if (const auto& source = proxy_header->source()) {
    set_peer(source->to_string(), proxy_header->secure() || stream_.secure());
  } else {  // settled all the same: another loop must not wait for a second header
    set_peer(stream_.remote_address(), stream_.secure());
  }
  return !data.empty();
}

/// Over TLS the PROXY header comes in front of the handshake, and is not encrypted.
template <transport T>
std::size_t connection<T>::read_some(std::span<char> buffer, std::error_code& ec) {
  if constexpr (detail::begins_plain<stream_type>) {
    if (http_ && http_->proxy_header && stream_.secure()) {
      std::span<char> data = buffer.first(stream_.read_plain(buffer.data(), buffer.size(), ec));
      if (take_proxy_header(data)) stream_.put_back({data.data(), data.size()});
      return 0;
    }
  }
  return stream_.read_some(buffer.data(), buffer.size(), ec);
}

template <transport T>
void connection<T>::set_peer(std::string address, bool secure) {
  const bool trusted = shard_->proxies().trusts(address);
  http_->peer = detail::peer{std::move(address), secure, trusted};
}

/// Says in the current request who has sent it, if that is not done.
template <transport T>
void connection<T>::identify_sender() {
  if (!http_->parser.message().address.empty()) return;
  if (!http_->peer) set_peer(stream_.remote_address(), stream_.secure());
  const detail::peer& peer = *http_->peer;
  const http::request& request = http_->parser.message();
  if (!peer.trusted) {
    http_->parser.set_sender(peer.address, peer.secure, request.host);
    return;
  }
  engine::client_address client = shard_->proxies().client_of(request, peer.address, peer.secure);
  http_->client = std::move(client.text);
  http_->parser.set_sender(http_->client, client.secure, client.host);
}

/// What is kept of the request that opens a session.
template <transport T>
ref<const engine::request_info> connection<T>::describe() {
  const http::request& request = http_->parser.message();
  identify_sender();
  std::unique_ptr<const peer_certificate> certificate;
  if constexpr (requires { stream_.peer_certificate(); }) certificate = stream_.peer_certificate();
  return ref<const engine::request_info>{
      new engine::request_info{request, std::string{request.address}, request.secure,
                               std::chrono::system_clock::now(), std::move(certificate)}};
}

}  // namespace socketio
