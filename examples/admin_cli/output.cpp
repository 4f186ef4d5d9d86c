#include "output.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace admin {
namespace {

constexpr std::size_t tenths = 10;

std::string duration_text(double seconds) {
  const auto whole = static_cast<unsigned long>(seconds);
  constexpr unsigned long minute = 60;
  const auto rest = std::to_string(whole % minute);
  return whole < minute ? rest + " s" : std::to_string(whole / minute) + " min " + rest + " s";
}

void print(const std::string& text, std::FILE* to) {
  // Where the reader of a pipe has gone there is nobody to tell.
  static_cast<void>(std::fputs(text.c_str(), to));
  static_cast<void>(std::fflush(to));
}

}  // namespace

const char* const exit_codes_text =
    "Exit codes:\n"
    "  0  done\n"
    "  1  failed: the store, the keys or the disk\n"
    "  2  wrong usage\n"
    "  3  refused: not there, not allowed, not in this state, or too often\n"
    "  4  what was given has flaws: each is told, nothing was written\n"
    "  5  stopped on the way: what is done stays; the same command, or resume, goes on\n"
    "  6  the audit is not as it was written: each finding is told\n";

void Output::line(const std::string& text) const {
  if (!is_json()) {
    print(text + "\n", stdout);
  }
}

void Output::problem(const std::string& text) {
  document_["error"] = text;
  print("admin_cli: " + text + "\n", stderr);
}

Exit Output::finish(Exit exit) {
  if (is_json()) {
    document_["exit"] = static_cast<int>(exit);
    // Names that people typed may hold anything that is UTF-8; what is not would stop the document.
    print(document_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", stdout);
  }
  return exit;
}

Progress::Progress(const Output& output, std::string what, std::size_t total) : what_(std::move(what)), total_(total) {
  if (!output.is_json()) {
    style_ = isatty(STDOUT_FILENO) == 1 ? Style::bar : Style::lines;
  }
}

std::string Progress::numbers() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  auto text = std::to_string(done_) + " of " + std::to_string(total_);
  if (rate >= 1) {
    text += ", " + std::to_string(static_cast<std::size_t>(rate)) + " a second";
    if (done_ < total_) {
      text += ", " + duration_text(static_cast<double>(total_ - done_) / rate) + " to go";
    }
  }
  return text;
}

void Progress::draw() {
  constexpr std::size_t width = 30;
  const auto full = total_ == 0 ? width : std::min(width, done_ * width / total_);
  // The rest of the line is cleared: a shorter text leaves nothing of a longer one.
  print("\r" + what_ + " [" + std::string(full, '#') + std::string(width - full, '.') + "] " + numbers() + "\x1b[K",
        stdout);
  drawn_ = Clock::now();
}

void Progress::update(std::size_t done) {
  done_ = done;
  total_ = std::max(total_, done);
  constexpr auto redraw_after = std::chrono::milliseconds(100);
  if (style_ == Style::bar && Clock::now() - drawn_ >= redraw_after) {
    draw();
  }
  const auto reached = total_ == 0 ? tenths : done_ * tenths / total_;
  if (style_ == Style::lines && reached > tenths_told_) {
    tenths_told_ = reached;
    print(what_ + ": " + numbers() + "\n", stdout);
  }
}

void Progress::finish() {
  if (style_ == Style::bar) {
    draw();
    print("\n", stdout);
  }
}

}  // namespace admin
