// What proxies say of clients: PROXY headers in any pieces, addresses, Forwarded and its kin.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "socketio/core/ip.hpp"
#include "socketio/engine/proxies.hpp"
#include "socketio/proto/http/negotiation.hpp"
#include "socketio/proto/proxy_protocol.hpp"

namespace {

using namespace socketio;
using status = proxy::decoder::status;

void check(bool condition) {
  if (!condition) std::abort();
}

void check_proxy(std::string_view text) {
  proxy::decoder whole, bytewise;
  std::string_view rest = text;
  const status result = whole.feed(rest);
  const std::size_t taken = text.size() - rest.size();
  check(taken <= 16 + proxy::decoder::longest_body);
  if (result == status::need_more) check(rest.empty());
  status other = status::need_more;
  std::size_t fed = 0;
  while (other == status::need_more && fed < text.size()) {
    std::string_view one = text.substr(fed++, 1);
    other = bytewise.feed(one);
    check(one.empty());
  }
  if (text.empty()) return;
  check(other == result);
  if (result == status::done) check(fed == taken);
  check(whole.source() == bytewise.source() && whole.secure() == bytewise.secure());
}

void check_address(std::string_view text) {
  const auto address = ip_address::parse(text);
  if (address) {
    const std::string written = address->to_string();
    check(ip_address::parse(written) == address);
    check(ip_address::parse(written)->to_string() == written);
  }
  if (const auto network = ip_network::parse(text); network && address) {
    check(network->contains(*address));
  }
}

void check_headers(std::string_view text) {
  http::request request;
  request.headers = {{"Forwarded", text}, {"X-Forwarded-For", text}, {"X-Forwarded-Proto", text}};
  for (const auto header : {forwarded_header::forwarded, forwarded_header::x_forwarded_for}) {
    const engine::proxies none{proxy_options{.trusted = {"10.0.0.1"}, .header = header}};
    const engine::proxies all{proxy_options{.trusted = {"0.0.0.0/0", "::/0"}, .header = header}};
    for (const auto* const each : {&none, &all}) {
      const auto client = each->client_of(request, "10.0.0.1", false);
      check(ip_address::parse(client.text).has_value());
    }
  }
  http::quality_of(text, "gzip");
  http::etag_matches(text, "\"a\"");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto block = std::make_unique<char[]>(size);
  std::copy_n(reinterpret_cast<const char*>(data), size, block.get());
  const std::string_view text{block.get(), size};
  check_proxy(text);
  check_address(text);
  check_headers(text);
  return 0;
}
