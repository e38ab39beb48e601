# For sh, to be sourced: `install_missing TABLE...` installs what the tables name and the machine
# lacks, with apt-get or Homebrew. It asks nothing, and calls neither when everything is there.
#
# A line says how to see that it is there (a command, a header, a file), and which package brings it
# in Debian and in Homebrew; `-` where there is no need or no package.

packages_build='
command  c++                  g++              -
command  cmake                cmake            cmake
command  ninja                ninja-build      ninja
header   asio.hpp             libasio-dev      asio
header   rapidjson/reader.h   rapidjson-dev    rapidjson
command  node                 nodejs           node
command  npm                  npm              node
file     /etc/ssl/certs       ca-certificates  -
'
packages_cluster='
command  nginx                nginx-light      nginx
command  redis-server         redis-server     redis
'
packages_test='
header   catch2               catch2           catch2
command  python3              python3          python3
command  make                 make             -
command  pkg-config           pkg-config       pkgconf
command  curl                 curl             curl
command  chromium             chromium         -
command  firefox-esr          firefox-esr      -
command  WebKitWebDriver      webkit2gtk-driver  -
command  Xvfb                 xvfb             -
header   zlib.h               zlib1g-dev       zlib
header   openssl/ssl.h        libssl-dev       openssl
command  openssl              openssl          openssl
command  testssl              testssl.sh       testssl
command  nginx                nginx-light      nginx
command  haproxy              haproxy          haproxy
command  ip                   iproute2         -
command  redis-server         redis-server     redis
'
packages_bench='
command  redis-server         redis-server     redis
command  python3              python3          python3
header   benchmark/benchmark.h  libbenchmark-dev   google-benchmark
command  valgrind             valgrind         -
command  strace               strace           -
command  ip                   iproute2         -
'
packages_ci='
command  clang++-14           clang-14             -
file     /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux  libclang-rt-14-dev   -
command  clang++-19           clang-19             -
file     /usr/lib/llvm-19/lib/clang/19/lib/linux  libclang-rt-19-dev   -
command  clang-format-19      clang-format-19      -
header   benchmark/benchmark.h  libbenchmark-dev   -
command  valgrind             valgrind             -
'

is_there() {
  case $1 in
    command) (PATH=$PATH:/usr/sbin; command -v "$2") >/dev/null 2>&1 ;;
    header) [ -e "/usr/include/$2" ] || [ -e "/usr/local/include/$2" ] ||
      [ -e "/opt/homebrew/include/$2" ] ;;
    file) [ -e "$2" ] ;;
  esac
}

install_missing() {
  system=$(uname)
  wanted=$(printf '%s\n' "$@" | while read -r kind probe debian homebrew; do
    [ -n "$kind" ] || continue
    is_there "$kind" "$probe" && continue
    if [ "$system" = Darwin ]; then package=$homebrew; else package=$debian; fi
    [ "$package" = - ] || echo "$package"
  done | sort -u | tr '\n' ' ')
  [ -n "$wanted" ] || return 0

  echo "Installing $wanted"
  if [ "$system" = Darwin ]; then
    brew install $wanted
  elif ! command -v apt-get >/dev/null 2>&1; then
    echo "There is no apt-get here: please install the like of these, then try again." >&2
    return 1
  else
    if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
    $as_root apt-get update
    # CMake fetches libraries, and tests skip programs, that this system has no package of.
    known=$(for package in $wanted; do
      if apt-cache show "$package" >/dev/null 2>&1; then echo "$package"; fi
    done)
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $known
  fi
}
