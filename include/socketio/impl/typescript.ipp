// layer 4 (hub): the bodies of typescript.hpp.
#pragma once

#include <cstddef>
#include <string>

#include "socketio/json.hpp"
#include "socketio/typescript.hpp"

namespace socketio::detail {

SOCKETIO_DECL std::string print_event(const typescript_event& e) {
  std::string text = "  " + to_json(e.name) + ": (";
  for (std::size_t i = 0; i < e.argument_types.size(); ++i) {
    if (i != 0) text += ", ";
    text += i < e.argument_names.size() ? std::string{e.argument_names[i]}
                                        : "arg" + std::to_string(i + 1);
    text += (i < e.required ? ": " : "?: ") + e.argument_types[i];
  }
  if (!e.answer.empty()) {
    text += (e.argument_types.empty() ? "" : ", ");
    text += "ack: (answer: " + e.answer + ") => void";
  }
  return text + ") => void;\n";
}

SOCKETIO_DECL std::string print_contract(const std::string& declarations,
                                         const std::string& from_client,
                                         const std::string& from_server) {
  return "// What the server and its clients say to each other. Printed by the server.\n\n"
         "/** What an acknowledgement gets instead when the arguments do not fit. */\n"
         "export interface EventError {\n  error: string;\n  position?: number;\n}\n\n" +
         declarations + "export interface ClientToServerEvents {\n" + from_client +
         "}\n\nexport interface ServerToClientEvents {\n" + from_server + "}\n";
}

}  // namespace socketio::detail
