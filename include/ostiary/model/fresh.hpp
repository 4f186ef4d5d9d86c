#pragma once

#include <cstdint>

#include <ostiary/base/id.hpp>
#include <ostiary/base/random.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

/// Fresh is randomness drawn before a decision, so that the decision itself can neither fail for want of it nor differ
/// between two runs. It is used from the front and wiped at the end. Taking more than was drawn ends the process.
class OSTIARY_CORE_EXPORT Fresh {
 public:
  static constexpr std::size_t size = 1024;

  /// draw fills it with `count` bytes, of which an id takes 8; `at` is the time that ids made from it carry. Errors:
  /// entropy_unavailable.
  [[nodiscard]] static Result<Fresh> draw(RandomSource& random, Instant at, std::size_t count = size);

  /// id makes a new id. Ids of one Fresh sort in the order in which they were taken: a counter stands in their front.
  template <class IdType>
  [[nodiscard]] IdType id() {
    return IdType::make(at_, id_tail());
  }
  /// secret takes `count` bytes.
  [[nodiscard]] SecretBytes secret(std::size_t count);
  /// take writes over all of `out`: for what is no secret, as a nonce is none.
  void take(std::span<std::byte> out);

 private:
  Fresh(SecretBytes pool, Instant at) : pool_(std::move(pool)), at_(at) {}
  ByteArray<10> id_tail();

  SecretBytes pool_;
  Instant at_;
  std::size_t used_ = 0;
  std::uint16_t ids_ = 0;
};

}  // namespace ostiary::inline v0
