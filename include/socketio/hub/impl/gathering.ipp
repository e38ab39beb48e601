// layer 4 (hub): bodies of hub/hub.hpp: questions to many sockets.
#pragma once

#include <system_error>

#include "socketio/hub/gathering.hpp"
#include "socketio/hub/hub.hpp"

namespace socketio::detail {

SOCKETIO_DECL void hub::execute(message::ask& m) {
  std::size_t asked = 0;
  slice(*m.nsp).for_each_copied(m.to, [&](socket_core& who) {
    ++asked;
    who.send_awaiting(m.id, m.content, m.timeout,
                      [to = m.answers](std::error_code ec, args arguments) {
                        if (ec) return to->fail(ec);
                        to->add(arguments.empty() ? value{} : value{*arguments.begin()});
                      });
  });
  if (m.asked) m.asked->add(asked);
}

SOCKETIO_DECL void hub::execute(message::fetch& m) {
  slice(*m.nsp).for_each(m.whose, [&](socket_core& who) {
    m.found->add(
        {who.id(), who.shake(), who.room_names(), who.data_as_value(), ref<socket_core>{&who}});
  });
}

}  // namespace socketio::detail
