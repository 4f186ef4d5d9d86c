#include <ostiary/model/fresh.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {

Result<Fresh> Fresh::draw(RandomSource& random, Instant at, std::size_t count) {
  SecretBytes pool(count);
  OSTIARY_TRY(random.fill(pool.writable()));
  return Fresh(std::move(pool), at);
}

SecretBytes Fresh::secret(std::size_t count) {
  SecretBytes out(count);
  take(out.writable());
  return out;
}

ByteArray<10> Fresh::id_tail() {
  ByteArray<10> tail{};
  take(std::span(tail).subspan<2>());
  tail[0] = static_cast<std::byte>(ids_ >> 8U);
  tail[1] = static_cast<std::byte>(ids_ & 0xffU);
  ++ids_;
  return tail;
}

void Fresh::take(std::span<std::byte> out) {
  OSTIARY_ASSERT(used_ + out.size() <= pool_.size());
  std::ranges::copy(pool_.reveal().subspan(used_, out.size()), out.begin());
  used_ += out.size();
}

}  // namespace ostiary::inline v0
