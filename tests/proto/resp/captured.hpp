// What Redis 7.0.15 and the official adapters said to each other: captured bytes.
#pragma once

#include <string_view>

namespace socketio::test {

using namespace std::string_view_literals;

struct captured_frame {
  std::string_view id;
  int protocol;
  std::string_view client_sends, server_sends;
};

// clang-format off
inline constexpr captured_frame captured_frames[] = {
    {"psubscribe", 2,
     "*2\r\n$10\r\nPSUBSCRIBE\r\n$13\r\nsocket.io#/#*\r\n"sv,
     "*3\r\n$10\r\npsubscribe\r\n$13\r\nsocket.io#/#*\r\n:1\r\n"sv},
    {"subscribe", 2,
     "*4\r\n$9\r\nSUBSCRIBE\r\n$20\r\nsocket.io-request#/#\r\n$21\r\nsocket.io-response#/"
     "#\r\n$28\r\nsocket.io-response#/#abc123#\r\n"sv,
     "*3\r\n$9\r\nsubscribe\r\n$20\r\nsocket.io-request#/#\r\n:2\r\n*3\r\n$9\r\nsubscribe"
     "\r\n$21\r\nsocket.io-response#/#\r\n:3\r\n*3\r\n$9\r\nsubscribe\r\n$28\r\nsocket.io"
     "-response#/#abc123#\r\n:4\r\n"sv},
    {"pmessage-binary", 2,
     ""sv,
     "*4\r\n$8\r\npmessage\r\n$13\r\nsocket.io#/#*\r\n$12\r\nsocket.io#/#\r\n$62\r\n\223\246"
     "abc123\203\244type\002\244data\222\245hello\304\004\000\r\n\377\243nsp\241/\203\245"
     "rooms\220\246except\220\245flags\200\r\n"sv},
    {"message", 2,
     ""sv,
     "*3\r\n$7\r\nmessage\r\n$20\r\nsocket.io-request#/#\r\n$46\r\n{\"uid\":\"abc123\",\""
     "requestId\":\"zzzzzz\",\"type\":1}\r\n"sv},
    {"ping-subscribed", 2,
     "*1\r\n$4\r\nPING\r\n"sv,
     "*2\r\n$4\r\npong\r\n$0\r\n\r\n"sv},
    {"numsub-while-subscribed", 2,
     "*3\r\n$6\r\nPUBSUB\r\n$6\r\nNUMSUB\r\n$20\r\nsocket.io-request#/#\r\n"sv,
     "-ERR Can't execute 'pubsub|numsub': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING /"
     " QUIT / RESET are allowed in this context\r\n"sv},
    {"ssubscribe", 2,
     "*2\r\n$10\r\nSSUBSCRIBE\r\n$12\r\nsocket.io#/#\r\n"sv,
     "*3\r\n$10\r\nssubscribe\r\n$12\r\nsocket.io#/#\r\n:1\r\n"sv},
    {"smessage", 2,
     ""sv,
     "*3\r\n$8\r\nsmessage\r\n$12\r\nsocket.io#/#\r\n$69\r\n{\"type\":9,\"data\":{\"packe"
     "t\":[\"x\"]},\"uid\":\"0011223344556677\",\"nsp\":\"/\"}\r\n"sv},
    {"punsubscribe", 2,
     "*2\r\n$12\r\nPUNSUBSCRIBE\r\n$13\r\nsocket.io#/#*\r\n"sv,
     "*3\r\n$12\r\npunsubscribe\r\n$13\r\nsocket.io#/#*\r\n:3\r\n"sv},
    {"numsub", 2,
     "*3\r\n$6\r\nPUBSUB\r\n$6\r\nNUMSUB\r\n$20\r\nsocket.io-request#/#\r\n"sv,
     "*2\r\n$20\r\nsocket.io-request#/#\r\n:0\r\n"sv},
    {"xadd", 2,
     "*14\r\n$4\r\nXADD\r\n$3\r\nvec\r\n$6\r\nMAXLEN\r\n$1\r\n~\r\n$5\r\n10000\r\n$3\r\n1"
     "-1\r\n$3\r\nuid\r\n$16\r\n0011223344556677\r\n$3\r\nnsp\r\n$1\r\n/\r\n$4\r\ntype\r\n"
     "$1\r\n3\r\n$4\r\ndata\r\n$78\r\n{\"packet\":{\"type\":2,\"data\":[\"hi\"]},\"opts\""
     ":{\"rooms\":[],\"except\":[],\"flags\":{}}}\r\n"sv,
     "$3\r\n1-1\r\n"sv},
    {"xread", 2,
     "*8\r\n$5\r\nXREAD\r\n$5\r\nCOUNT\r\n$3\r\n100\r\n$5\r\nBLOCK\r\n$3\r\n100\r\n$7\r\n"
     "STREAMS\r\n$3\r\nvec\r\n$3\r\n0-0\r\n"sv,
     "*1\r\n*2\r\n$3\r\nvec\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*8\r\n$3\r\nuid\r\n$16\r\n0011223"
     "344556677\r\n$3\r\nnsp\r\n$1\r\n/\r\n$4\r\ntype\r\n$1\r\n3\r\n$4\r\ndata\r\n$78\r\n"
     "{\"packet\":{\"type\":2,\"data\":[\"hi\"]},\"opts\":{\"rooms\":[],\"except\":[],\"f"
     "lags\":{}}}\r\n"sv},
    {"xread-timeout", 2,
     "*8\r\n$5\r\nXREAD\r\n$5\r\nCOUNT\r\n$3\r\n100\r\n$5\r\nBLOCK\r\n$2\r\n20\r\n$7\r\nS"
     "TREAMS\r\n$3\r\nvec\r\n$3\r\n9-9\r\n"sv,
     "*-1\r\n"sv},
    {"xrange", 2,
     "*4\r\n$6\r\nXRANGE\r\n$3\r\nvec\r\n$3\r\n1-1\r\n$3\r\n1-1\r\n"sv,
     "*1\r\n*2\r\n$3\r\n1-1\r\n*8\r\n$3\r\nuid\r\n$16\r\n0011223344556677\r\n$3\r\nnsp\r\n"
     "$1\r\n/\r\n$4\r\ntype\r\n$1\r\n3\r\n$4\r\ndata\r\n$78\r\n{\"packet\":{\"type\":2,\""
     "data\":[\"hi\"]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}\r\n"sv},
    {"getdel-transaction", 2,
     "*1\r\n$5\r\nMULTI\r\n*2\r\n$3\r\nGET\r\n$13\r\nsio:session:p\r\n*2\r\n$3\r\nDEL\r\n"
     "$13\r\nsio:session:p\r\n*1\r\n$4\r\nEXEC\r\n"sv,
     "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$4\r\nAAAA\r\n:1\r\n"sv},
    {"hello3", 3,
     "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"sv,
     "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r"
     "\n:3\r\n$2\r\nid\r\n:240\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\n"
     "master\r\n$7\r\nmodules\r\n*0\r\n"sv},
    {"psubscribe", 3,
     "*2\r\n$10\r\nPSUBSCRIBE\r\n$13\r\nsocket.io#/#*\r\n"sv,
     ">3\r\n$10\r\npsubscribe\r\n$13\r\nsocket.io#/#*\r\n:1\r\n"sv},
    {"subscribe", 3,
     "*4\r\n$9\r\nSUBSCRIBE\r\n$20\r\nsocket.io-request#/#\r\n$21\r\nsocket.io-response#/"
     "#\r\n$28\r\nsocket.io-response#/#abc123#\r\n"sv,
     ">3\r\n$9\r\nsubscribe\r\n$20\r\nsocket.io-request#/#\r\n:2\r\n>3\r\n$9\r\nsubscribe"
     "\r\n$21\r\nsocket.io-response#/#\r\n:3\r\n>3\r\n$9\r\nsubscribe\r\n$28\r\nsocket.io"
     "-response#/#abc123#\r\n:4\r\n"sv},
    {"pmessage-binary", 3,
     ""sv,
     ">4\r\n$8\r\npmessage\r\n$13\r\nsocket.io#/#*\r\n$12\r\nsocket.io#/#\r\n$62\r\n\223\246"
     "abc123\203\244type\002\244data\222\245hello\304\004\000\r\n\377\243nsp\241/\203\245"
     "rooms\220\246except\220\245flags\200\r\n"sv},
    {"message", 3,
     ""sv,
     ">3\r\n$7\r\nmessage\r\n$20\r\nsocket.io-request#/#\r\n$46\r\n{\"uid\":\"abc123\",\""
     "requestId\":\"zzzzzz\",\"type\":1}\r\n"sv},
    {"ping-subscribed", 3,
     "*1\r\n$4\r\nPING\r\n"sv,
     "+PONG\r\n"sv},
    {"numsub-while-subscribed", 3,
     "*3\r\n$6\r\nPUBSUB\r\n$6\r\nNUMSUB\r\n$20\r\nsocket.io-request#/#\r\n"sv,
     "*2\r\n$20\r\nsocket.io-request#/#\r\n:1\r\n"sv},
    {"ssubscribe", 3,
     "*2\r\n$10\r\nSSUBSCRIBE\r\n$12\r\nsocket.io#/#\r\n"sv,
     ">3\r\n$10\r\nssubscribe\r\n$12\r\nsocket.io#/#\r\n:1\r\n"sv},
    {"smessage", 3,
     ""sv,
     ">3\r\n$8\r\nsmessage\r\n$12\r\nsocket.io#/#\r\n$69\r\n{\"type\":9,\"data\":{\"packe"
     "t\":[\"x\"]},\"uid\":\"0011223344556677\",\"nsp\":\"/\"}\r\n"sv},
    {"punsubscribe", 3,
     "*2\r\n$12\r\nPUNSUBSCRIBE\r\n$13\r\nsocket.io#/#*\r\n"sv,
     ">3\r\n$12\r\npunsubscribe\r\n$13\r\nsocket.io#/#*\r\n:3\r\n"sv},
    {"numsub", 3,
     "*3\r\n$6\r\nPUBSUB\r\n$6\r\nNUMSUB\r\n$20\r\nsocket.io-request#/#\r\n"sv,
     "*2\r\n$20\r\nsocket.io-request#/#\r\n:0\r\n"sv},
    {"xadd", 3,
     "*14\r\n$4\r\nXADD\r\n$3\r\nvec\r\n$6\r\nMAXLEN\r\n$1\r\n~\r\n$5\r\n10000\r\n$3\r\n1"
     "-1\r\n$3\r\nuid\r\n$16\r\n0011223344556677\r\n$3\r\nnsp\r\n$1\r\n/\r\n$4\r\ntype\r\n"
     "$1\r\n3\r\n$4\r\ndata\r\n$78\r\n{\"packet\":{\"type\":2,\"data\":[\"hi\"]},\"opts\""
     ":{\"rooms\":[],\"except\":[],\"flags\":{}}}\r\n"sv,
     "$3\r\n1-1\r\n"sv},
    {"xread", 3,
     "*8\r\n$5\r\nXREAD\r\n$5\r\nCOUNT\r\n$3\r\n100\r\n$5\r\nBLOCK\r\n$3\r\n100\r\n$7\r\n"
     "STREAMS\r\n$3\r\nvec\r\n$3\r\n0-0\r\n"sv,
     "%1\r\n$3\r\nvec\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*8\r\n$3\r\nuid\r\n$16\r\n0011223344556"
     "677\r\n$3\r\nnsp\r\n$1\r\n/\r\n$4\r\ntype\r\n$1\r\n3\r\n$4\r\ndata\r\n$78\r\n{\"pac"
     "ket\":{\"type\":2,\"data\":[\"hi\"]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\""
     ":{}}}\r\n"sv},
    {"xread-timeout", 3,
     "*8\r\n$5\r\nXREAD\r\n$5\r\nCOUNT\r\n$3\r\n100\r\n$5\r\nBLOCK\r\n$2\r\n20\r\n$7\r\nS"
     "TREAMS\r\n$3\r\nvec\r\n$3\r\n9-9\r\n"sv,
     "_\r\n"sv},
    {"xrange", 3,
     "*4\r\n$6\r\nXRANGE\r\n$3\r\nvec\r\n$3\r\n1-1\r\n$3\r\n1-1\r\n"sv,
     "*1\r\n*2\r\n$3\r\n1-1\r\n*8\r\n$3\r\nuid\r\n$16\r\n0011223344556677\r\n$3\r\nnsp\r\n"
     "$1\r\n/\r\n$4\r\ntype\r\n$1\r\n3\r\n$4\r\ndata\r\n$78\r\n{\"packet\":{\"type\":2,\""
     "data\":[\"hi\"]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}\r\n"sv},
    {"getdel-transaction", 3,
     "*1\r\n$5\r\nMULTI\r\n*2\r\n$3\r\nGET\r\n$13\r\nsio:session:p\r\n*2\r\n$3\r\nDEL\r\n"
     "$13\r\nsio:session:p\r\n*1\r\n$4\r\nEXEC\r\n"sv,
     "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$4\r\nAAAA\r\n:1\r\n"sv},
};
// clang-format on

}  // namespace socketio::test
