#pragma once

#include <string>
#include <vector>

#include "services/world.hpp"
#include <ostiary/testing/faulty_random.hpp>
#include <ostiary/testing/faulty_store.hpp>

// Recorders of a world's ports: what an onlooker of the process could count, one line a call. Of a commit the changes
// with the bytes of each record, of other writes the number of charges, of the hasher the password's size and the form
// of the hash, of a read its name.
namespace ostiary::test {

using testing::FaultPlan;
using Trace = std::vector<std::string>;

// Recorder is one trace of all ports. Those that have a faulty double write into its plan, in which no call fails; the
// others note a line.
class Recorder {
 public:
  FaultPlan plan;

  void note(std::string line) {
    drain();
    lines_.push_back(std::move(line));
  }
  void clear() {
    plan.begin();
    lines_.clear();
  }
  Trace trace() {
    drain();
    return lines_;
  }

 private:
  void drain() {
    for (const auto& call : plan.calls()) {
      lines_.push_back(text(call));
    }
    plan.begin();
  }

  Trace lines_;
};

class RecordingHasher final : public PasswordHasher {
 public:
  RecordingHasher(const PasswordHasher& inner, Recorder& recorder) : inner_(inner), recorder_(recorder) {}

  Result<std::string> hash(const SecretString& password) const override {
    recorder_.note("hash " + std::to_string(password.size()));
    return inner_.hash(password);
  }
  Result<PasswordVerdict> verify(const SecretString& password, std::string_view hash) const override {
    recorder_.note("verify " + std::to_string(password.size()) + " " + hash_form(hash));
    return inner_.verify(password, hash);
  }
  Result<void> check_hash(std::string_view hash) const override { return inner_.check_hash(hash); }
  std::string decoy(std::uint64_t draw) const override {
    recorder_.note("decoy");
    return inner_.decoy(draw);
  }
  void follow(std::span<const HashCount> mix) const override { inner_.follow(mix); }

 private:
  const PasswordHasher& inner_;
  Recorder& recorder_;
};

class RecordingClock final : public Clock {
 public:
  RecordingClock(const Clock& inner, Recorder& recorder) : inner_(inner), recorder_(recorder) {}

  Instant now() const override {
    recorder_.note("now");
    return inner_.now();
  }
  void pause(Duration length) const override {
    recorder_.note("pause " + std::to_string(length.count()));
    inner_.pause(length);
  }

 private:
  const Clock& inner_;
  Recorder& recorder_;
};

}  // namespace ostiary::test
