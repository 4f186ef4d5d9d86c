#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace admin {

using Json = nlohmann::ordered_json;

/// Exit is what the program answers to a script; `--help` prints the list.
enum class Exit : std::uint8_t {
  done = 0,
  failed = 1,    ///< The store, the keys or the disk; the message says which.
  usage = 2,     ///< The command line.
  refused = 3,   ///< Not there, not allowed, not in this state, or too often.
  flawed = 4,    ///< What was given has flaws; each is told, and nothing was written.
  stopped = 5,   ///< Part of it is done, and what is done stays; the same command, or `resume`, goes on.
  tampered = 6,  ///< The audit is not as it was written; each finding is told.
};

extern const char* const exit_codes_text;

enum class Format : std::uint8_t { text = 1, json };

/// Output is what a command says: lines for a reader, or one JSON document at the end for a program.
class Output {
 public:
  explicit Output(Format format) : format_(format) {}

  [[nodiscard]] bool is_json() const noexcept { return format_ == Format::json; }
  /// line prints for a reader only.
  void line(const std::string& text) const;
  /// problem goes to standard error, and into the document as "error".
  void problem(const std::string& text);
  /// document is what --json prints.
  Json& document() noexcept { return document_; }
  /// finish prints the document, with the exit code in it.
  Exit finish(Exit exit);

 private:
  Format format_;
  Json document_ = Json::object();
};

/// Progress tells how far something is: a bar that is drawn over where standard output is a terminal, else a line for
/// each tenth; nothing with --json.
class Progress {
 public:
  Progress(const Output& output, std::string what, std::size_t total);
  void update(std::size_t done);
  void finish();

 private:
  [[nodiscard]] std::string numbers() const;
  void draw();

  enum class Style : std::uint8_t { none = 1, bar, lines };
  using Clock = std::chrono::steady_clock;

  std::string what_;
  Style style_ = Style::none;
  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t tenths_told_ = 0;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point drawn_{};
};

}  // namespace admin
