// layer 5 (net): the part of net/connection.hpp that compresses, if the options say so.
#pragma once

#include "socketio/net/connection.hpp"

namespace socketio {

/// Answers a GET with packets, compressed if they are worth it and the client accepts it.
template <transport T>
void connection<T>::reply_payload(std::string_view content_type, std::string_view payload,
                                  std::string_view lines) {
  http::compressor* const by = shard_->compressor();
  if (by && payload.size() >= by->threshold()) {
    const auto coding = http::choose_coding(http_->parser.message());
    const std::string_view shorter = by->compress(payload, coding);
    if (!shorter.empty()) {
      std::string more{lines};
      more.append("Content-Encoding: ").append(to_string(coding)).append("\r\n");
      return reply_polling(content_type, shorter, more);
    }
  }
  reply_polling(content_type, payload, lines);
}

}  // namespace socketio
