#include <ostiary/base/secret.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <ostream>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

enum class Freed { not_yet, wiped, as_it_was };
Freed freed = Freed::not_yet;
std::string_view watch;

void note_freed(const void* memory) noexcept {
  if (memory != nullptr && memory == watch.data()) {
    freed = std::ranges::all_of(watch, [](char c) { return c == '\0'; }) ? Freed::wiped : Freed::as_it_was;
    watch = {};
  }
}

}  // namespace

// Looks at watched memory just before it is freed, while it may still be read.
[[gnu::noinline]] void* operator new[](std::size_t size) {
  if (void* memory = std::malloc(size != 0 ? size : 1)) {  // NOLINT(*-no-malloc): this is the allocator
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  note_freed(memory);
  std::free(memory);  // NOLINT(*-no-malloc)
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  note_freed(memory);
  std::free(memory);  // NOLINT(*-no-malloc)
}

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };

}  // namespace

TEST_CASE("R10: a secret can be neither copied, printed nor compared") {
  CHECK_FALSE(std::is_copy_constructible_v<SecretString>);
  CHECK_FALSE(std::is_copy_assignable_v<SecretString>);
  CHECK_FALSE(std::is_copy_constructible_v<SecretBytes>);
  CHECK_FALSE(std::is_convertible_v<SecretString, std::string_view>);
  CHECK_FALSE(std::is_convertible_v<std::string_view, SecretString>);
  CHECK_FALSE(Printable<SecretString>);
  CHECK_FALSE(Printable<SecretBytes>);
  CHECK_FALSE(Comparable<SecretString>);
  CHECK_FALSE(Comparable<SecretBytes>);
  CHECK(std::is_nothrow_move_constructible_v<SecretString>);
  CHECK(std::is_nothrow_move_assignable_v<SecretString>);
}

TEST_CASE("a secret keeps every byte, also spaces and NUL") {
  const SecretString secret(std::string_view(" a\0b ", 5));
  CHECK(secret.reveal() == std::string_view(" a\0b ", 5));
  CHECK(secret.size() == 5);
  CHECK_FALSE(secret.empty());
  CHECK(SecretString().empty());
  CHECK(SecretString("").reveal().empty());
}

TEST_CASE("a moved-from secret is empty") {
  SecretString from("first");
  SecretString to(std::move(from));
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): what this test asks
  CHECK(to.reveal() == "first");
  SecretString third("third");
  third = std::move(to);
  CHECK(to.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(third.reveal() == "first");
  auto& itself = third;
  third = std::move(itself);
  CHECK(third.reveal() == "first");
}

TEST_CASE("secret bytes of a size are zero, and can be written") {
  SecretBytes bytes(4);
  CHECK(hex_encode(bytes.reveal()) == "00000000");
  bytes.writable()[2] = std::byte{0xab};
  CHECK(hex_encode(bytes.reveal()) == "0000ab00");
}

TEST_CASE("secure_wipe overwrites what it is given and no more") {
  std::array<std::byte, 8> memory{};
  memory.fill(std::byte{0x5a});
  secure_wipe(std::span(memory).first(6));
  CHECK(hex_encode(memory) == "0000000000005a5a");
  secure_wipe({});
}

TEST_CASE("R10: a secret's memory is zero when it goes back to the heap") {
  const auto ends_wiped = [](auto end) {
    auto secret = std::make_unique<SecretString>("a secret of some length");
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is the member behind it
    watch = {secret->reveal().data(), secret->size()};
    end(secret);
    return std::exchange(freed, Freed::not_yet) == Freed::wiped;
  };
  CHECK(ends_wiped([](auto& secret) { secret.reset(); }));
  CHECK(ends_wiped([](auto& secret) { *secret = SecretString("another"); }));
  CHECK(ends_wiped([](auto& secret) { const SecretString taken(std::move(*secret)); }));
  // The watch itself: memory that nobody wiped is told from memory that was.
  auto plain = std::make_unique<char[]>(8);  // NOLINT(*-avoid-c-arrays)
  plain[7] = 'x';
  watch = {plain.get(), 8};
  plain.reset();
  CHECK(std::exchange(freed, Freed::not_yet) == Freed::as_it_was);
}
