// Runs a fuzz target without libFuzzer: every file of a corpus folder, then the same files mutated,
// always in the same way. The input at work lies in PROGRAM.input when the target aborts.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using input = std::vector<std::uint8_t>;

std::string input_file;

void run(const input& bytes) {
  std::ofstream{input_file, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                    static_cast<std::streamsize>(bytes.size()));
  const input exact{bytes};  // its own block without spare capacity, so that ASan sees over-reads
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<input> read_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::exists(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<input> inputs;
  for (const auto& file : files) {
    std::ifstream stream{file, std::ios::binary};
    inputs.emplace_back(std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{});
  }
  return inputs;
}

class mutator {
 public:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::uint8_t byte() { return static_cast<std::uint8_t>(random_()); }

  // A few cuts, flips, insertions and repetitions: what a hostile or broken peer may send.
  input operator()(input bytes) {
    for (std::size_t rounds = 1 + below(8); rounds != 0; --rounds) {
      const std::size_t size = bytes.size();
      const std::size_t at = below(size + 1);
      const auto position = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      switch (below(5)) {
        case 0:
          if (at < size) bytes[at] = byte();
          break;
        case 1:
          if (at < size) bytes[at] ^= static_cast<std::uint8_t>(1u << below(8));
          break;
        case 2:
          bytes.insert(position, byte());
          break;
        case 3:
          bytes.erase(position, position + static_cast<std::ptrdiff_t>(below(size - at + 1)));
          break;
        default:
          const input part(position, position + static_cast<std::ptrdiff_t>(below(size - at + 1)));
          if (size < 4096) bytes.insert(bytes.end(), part.begin(), part.end());
      }
    }
    return bytes;
  }

  input random_bytes() {
    input bytes(below(64));
    for (auto& b : bytes) b = byte();
    return bytes;
  }

 private:
  std::mt19937 random_{20260101};
};

}  // namespace

int main(int count, char** arguments) {
  const std::filesystem::path program{arguments[0]};
  input_file = program.filename().string() + ".input";
  std::vector<input> corpus;
  for (int i = 1; i < count; ++i) {
    for (auto& found : read_folder(arguments[i])) corpus.push_back(std::move(found));
  }
  run({});
  for (const auto& bytes : corpus) run(bytes);

  mutator mutate;
  constexpr int mutations = 3000;
  for (int i = 0; i < mutations; ++i) {
    const bool fresh = corpus.empty() || i % 8 == 0;
    run(mutate(fresh ? mutate.random_bytes() : corpus[mutate.below(corpus.size())]));
  }
  std::filesystem::remove(input_file);
  std::printf("%zu inputs of the corpus and %d mutations\n", corpus.size(), mutations);
}
