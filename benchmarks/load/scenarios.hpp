// The scenarios; each runs to its end and leaves its figures in the recorder.
#pragma once

#include <cstdint>
#include <string>

#include "context.hpp"

namespace load {

/// Each client keeps some events in flight, and checks every reply: echo, ack and binary.
void run_pipelined(context& ctx);

/// One sender keeps some broadcasts in flight, to a room with all clients.
void run_broadcast(context& ctx);

/// Echo over long-polling: a GET held open per client, a POST for what it sends.
void run_polling(context& ctx);

/// Clients connect, leave as soon as they are ready, and start over.
void run_churn(context& ctx);

/// Clients connect and stay, idle.
void run_connect(context& ctx);

/// The text that a client echoes, different for every client.
std::string echo_text(const options& opt, std::uint32_t client);

}  // namespace load
