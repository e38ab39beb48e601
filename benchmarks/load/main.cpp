// A load generator for Socket.IO servers: one thread, no dependencies. It plays the clients of one
// scenario, checks every reply, and prints one line of JSON.

#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

#include "scenarios.hpp"

namespace load {

context::context(const options& given) : opt{given}, buffer(std::size_t{1} << 18) {
  server.sin_family = AF_INET;
  server.sin_port = htons(opt.port);
  if (::inet_pton(AF_INET, opt.host.c_str(), &server.sin_addr) != 1) {
    die("--url wants an IPv4 address");
  }
}

}  // namespace load

int main(int argc, char** argv) {
  load::context ctx{load::parse_options(argc, argv)};

  // However wrong a server goes, the run ends.
  constexpr double connecting = 130;
  ::alarm(static_cast<unsigned>(ctx.opt.seconds + ctx.opt.warmup + ctx.opt.hold + connecting));

  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);

  switch (ctx.opt.scenario) {
    case load::scenario::echo:
    case load::scenario::ack:
    case load::scenario::binary:
      load::run_pipelined(ctx);
      break;
    case load::scenario::broadcast:
      load::run_broadcast(ctx);
      break;
    case load::scenario::polling:
      load::run_polling(ctx);
      break;
    case load::scenario::churn:
      load::run_churn(ctx);
      break;
    case load::scenario::connect:
      load::run_connect(ctx);
      break;
  }
  ctx.rec.print();
}
