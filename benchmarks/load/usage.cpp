#include "usage.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace load {
namespace {

double ticks_per_second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }

std::string proc_file(int pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

// proc(5): the program's name, in parentheses, may contain anything; utime and stime are the 12th
// and 13th fields behind it.
void add_process(int pid, usage& out) {
  std::ifstream file{proc_file(pid, "stat")};
  std::string line;
  std::getline(file, line);
  std::istringstream fields{line.substr(line.rfind(')') + 1)};
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  out.user += user / ticks_per_second();
  out.system += system / ticks_per_second();
}

void add_machine(usage& out) {
  std::ifstream file{"/proc/stat"};
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, soft_irq = 0, stolen = 0;
  file >> name >> user >> nice >> system >> idle >> waiting >> irq >> soft_irq >> stolen;
  out.machine = (user + nice + system + irq + soft_irq) / ticks_per_second();
  out.stolen = stolen / ticks_per_second();
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

usage sample_usage(const std::vector<int>& server_pids) {
  usage out;
  out.at = now_ns();
  for (const int pid : server_pids) add_process(pid, out);
  add_machine(out);
  rusage self{};
  ::getrusage(RUSAGE_SELF, &self);
  out.self = seconds(self.ru_utime) + seconds(self.ru_stime);
  return out;
}

double resident_kib(const std::vector<int>& server_pids) {
  double sum = 0;
  for (const int pid : server_pids) {
    std::ifstream file{proc_file(pid, "status")};
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("VmRSS:")) sum += std::stod(line.substr(6));
    }
  }
  return sum;
}

}  // namespace load
