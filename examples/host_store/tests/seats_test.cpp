#include "../tables/seats.hpp"

#include <algorithm>

#include "adapters/sqlite_fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using host::keep_seats;
using host::SeatError;
using host::Seats;

namespace {

// A customer with one seat bought, two seats laid out, and an organisation with nobody in it.
class Company {
 public:
  Company() {
    REQUIRE(seats_.add_customer("birch", 1));
    REQUIRE(seats_.add_seat("seat-1", "birch"));
    REQUIRE(seats_.add_seat("seat-2", "birch"));
    commit({PutOrganization{.next = organization_}});
  }

  void commit(std::vector<Change> changes) { REQUIRE(is_committed(send(std::move(changes)))); }
  Result<CommitAnswer> send(std::vector<Change> changes) { return store_->commit(make_set(ids_, std::move(changes))); }

  Account account(std::string_view login, const std::string& seat, AccountStatus status) {
    auto made = make_account(ids_, organization_.id, login);
    made.host_ref = seat;
    made.status = status;
    return made;
  }
  [[nodiscard]] bool has(const Account& account) const { return must(store_->find_account(account.id)).has_value(); }
  [[nodiscard]] std::string state_of(const std::string& seat) const { return must(seats_.state_of(seat)); }
  [[nodiscard]] std::string summary() const { return must(seats_.summary("birch")); }
  Seats& seats() { return seats_; }
  [[nodiscard]] std::filesystem::path file() const { return folder_.file(); }

 private:
  TemporaryFolder folder_;
  IdSource ids_;
  std::unique_ptr<SqliteStore> store_ = must(SqliteStore::open({.path = folder_.file(), .on_commit = keep_seats}));
  Seats seats_ = must(Seats::open(folder_.file()));
  Organization organization_ = make_organization(ids_);
};

}  // namespace

TEST_CASE("R76: a seat is active exactly while its account is") {
  Company company;
  auto ada = company.account("201@acme", "seat-1", AccountStatus::invited);
  company.commit({PutAccount{.next = ada}});
  CHECK(company.state_of("seat-1") == "reserved");
  ada.status = AccountStatus::active;
  company.commit({PutAccount{.next = ada, .expected = 1}});
  CHECK(company.state_of("seat-1") == "active");
  CHECK(company.summary() == "1 of 1 seats active");
  ada.status = AccountStatus::suspended;
  company.commit({PutAccount{.next = ada, .expected = 2}});
  CHECK(company.state_of("seat-1") == "reserved");
}

TEST_CASE("R76: a set that the host refuses leaves neither its account nor a seat, also those before it in the set") {
  Company company;
  const auto ada = company.account("201@acme", "seat-1", AccountStatus::active);
  const auto ben = company.account("202@acme", "seat-2", AccountStatus::active);
  CHECK(company.send({PutAccount{.next = ada}, PutAccount{.next = ben}}).error() == SeatError::no_seat_left);
  CHECK_FALSE(company.has(ada));
  CHECK_FALSE(company.has(ben));
  CHECK(company.state_of("seat-1") == "reserved");
  CHECK(company.summary() == "0 of 1 seats active");
  REQUIRE(company.seats().buy_seat("birch"));
  company.commit({PutAccount{.next = ada}, PutAccount{.next = ben}});
  CHECK(company.summary() == "2 of 2 seats active");
}

TEST_CASE("R76: a set that a guard refuses leaves neither its account nor a seat") {
  Company company;
  const auto ada = company.account("201@acme", "seat-1", AccountStatus::active);
  const auto answer = must(company.send({PutAccount{.next = ada}, EndSession{.id = {}, .account = ada.id}}));
  REQUIRE(std::holds_alternative<Refused>(answer));
  CHECK(std::get<Refused>(answer).index == 1);
  CHECK_FALSE(company.has(ada));
  CHECK(company.state_of("seat-1") == "reserved");
}

TEST_CASE("R76: an account of no seat that the host knows is refused") {
  Company company;
  const auto ada = company.account("201@acme", "seat-9", AccountStatus::invited);
  CHECK(company.send({PutAccount{.next = ada}}).error() == SeatError::unknown_seat);
  CHECK_FALSE(company.has(ada));
  const auto nobody = company.account("202@acme", "", AccountStatus::active);
  company.commit({PutAccount{.next = nobody}});  // an account that the host does not count
  CHECK(company.summary() == "0 of 1 seats active");
}

TEST_CASE("R76: a host_ref with a NUL byte names no other seat") {
  Company company;
  const auto ada = company.account("201@acme", std::string("seat-1\0", 7), AccountStatus::active);
  CHECK(company.send({PutAccount{.next = ada}}).error() == SeatError::unknown_seat);
  CHECK_FALSE(company.has(ada));
  CHECK(company.state_of("seat-1") == "reserved");
}

TEST_CASE("a mistyped customer is refused, and is not taken for one who has no seat left") {
  Company company;
  CHECK(company.seats().add_seat("seat-3", "brich").error() == SeatError::unknown_customer);
  CHECK(company.seats().state_of("seat-3").error() == SeatError::unknown_seat);
  CHECK(company.seats().buy_seat("brich").error() == SeatError::unknown_customer);
  CHECK(company.seats().summary("brich").error() == SeatError::unknown_customer);
  CHECK(company.seats().add_seat("seat-1", "birch").error() == Errc::store_failure);  // there is one of that name
  CHECK(company.seats().add_seat("seat-3", "birch").has_value());
}

TEST_CASE("the file of both is readable by its owner alone, and the store makes it: the tables alone make none") {
  const Company company;
  using std::filesystem::perms;
  CHECK(std::filesystem::status(company.file()).permissions() == (perms::owner_read | perms::owner_write));
  const TemporaryFolder folder;
  CHECK_FALSE(Seats::open(folder.file()).has_value());
  CHECK_FALSE(std::filesystem::exists(folder.file()));
}
