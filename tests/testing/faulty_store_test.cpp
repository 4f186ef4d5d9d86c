#include <ostiary/testing/faulty_store.hpp>

#include <doctest/doctest.h>

#include <ostiary/testing/faulty_http_client.hpp>
#include <ostiary/testing/faulty_mailer.hpp>
#include <ostiary/testing/faulty_random.hpp>
#include <ostiary/testing/memory_store.hpp>
#include <ostiary/testing/recording_mailer.hpp>
#include <ostiary/testing/scripted_random.hpp>

using namespace ostiary;
using namespace ostiary::testing;

namespace {

struct Faulty {
  MemoryStore memory;
  FaultPlan plan;
  FaultyStore store{memory, plan};

  Result<CommitAnswer> append(std::uint8_t number) {
    detail::IdBytes id{};
    id.back() = static_cast<std::byte>(number);
    return store.commit({.id = ChangeId(id), .at = {}, .changes = {AppendAudit{.event = {.id = AuditId(id)}}}});
  }
  std::size_t events() { return memory.list_audit(std::nullopt, {}).value().records.size(); }
};

class EchoClient final : public HttpClient {
 public:
  Result<HttpResponse> send(const HttpRequest& /*request*/) override {
    ++calls;
    return HttpResponse{.status = 204};
  }
  int calls = 0;
};

OutgoingMail mail() {
  const auto address = EmailAddress::parse("a@maple.example").value();
  return {.from = address, .to = address, .message_id = "1@maple.example", .message = "x"};
}

}  // namespace

TEST_CASE("a faulty store without faults hands every call on, and its plan records names and sizes") {
  Faulty world;
  CHECK(world.append(1).has_value());
  CHECK(world.store.find_account(AccountId()).has_value());
  CHECK(world.store.charge({}, {}).has_value());
  CHECK(world.store.list_audit(std::nullopt, {.limit = 7}).value().records.size() == 1);
  const auto calls = world.plan.calls();
  REQUIRE(calls.size() == 4);
  CHECK(calls[0].changes.size() == 1);
  CHECK(text(calls[0]).starts_with("commit 1 AppendAudit:"));
  CHECK(text(calls[1]) == "find_account 1");
  CHECK(text(calls[2]) == "charge 0");
  CHECK(text(calls[3]) == "list_audit 7");
}

TEST_CASE("a commit fails before its effect, after it, once and twice, as contention, and for ever") {
  Faulty world;
  world.plan.begin({{.call = 1, .mode = FaultMode::before}});
  CHECK(world.append(1).error() == Errc::store_unavailable);
  CHECK(world.events() == 0);
  CHECK(world.append(1).has_value());

  world.plan.begin({{.call = 1, .mode = FaultMode::answer_lost_twice}});
  CHECK(world.append(2).error() == Errc::commit_unknown);
  CHECK(world.events() == 2);
  CHECK(world.store.find_account(AccountId()).has_value());  // the doubt is the commit's alone
  CHECK(world.append(2).error() == Errc::commit_unknown);
  CHECK(world.append(2).has_value());
  CHECK(world.events() == 2);

  world.plan.begin({{.call = 1, .mode = FaultMode::contention_thrice}});
  for (int i = 0; i < 3; ++i) {
    CHECK(world.append(3).error() == Errc::contention);
  }
  CHECK(world.events() == 2);
  CHECK(world.append(3).has_value());

  world.plan.begin({{.call = 2, .mode = FaultMode::forever}});
  CHECK(world.append(4).has_value());
  CHECK(world.append(5).error() == Errc::store_unavailable);
  CHECK(world.store.find_account(AccountId()).error() == Errc::store_unavailable);
  world.plan.recover();
  CHECK(world.append(5).has_value());
  CHECK(world.store.sent().size() == 7);  // what failed before its effect was never handed on
}

TEST_CASE("mailer, HTTP client and randomness fail as the plan says, and count with the store") {
  Faulty world;
  RecordingMailer recording;
  FaultyMailer mailer(recording, world.plan);
  ScriptedRandom scripted;
  FaultyRandom random(scripted, world.plan);
  EchoClient echo;
  FaultyHttpClient http(echo, world.plan);
  world.plan.begin({{.call = 1, .mode = FaultMode::answer_lost},
                    {.call = 2, .mode = FaultMode::permanent},
                    {.call = 3, .mode = FaultMode::before},
                    {.call = 5, .mode = FaultMode::answer_lost},
                    {.call = 6, .mode = FaultMode::before}});
  CHECK(mailer.send(mail()).value().verdict == DeliveryVerdict::retry_later);
  CHECK(recording.mails().size() == 1);
  CHECK(mailer.send(mail()).value().verdict == DeliveryVerdict::permanent);
  CHECK(mailer.send(mail()).error() == Errc::peer_unreachable);
  CHECK(mailer.send(mail()).value().verdict == DeliveryVerdict::accepted);
  CHECK(recording.mails().size() == 2);
  CHECK(mailer.called().size() == 4);
  CHECK(http.send({}).error() == Errc::peer_unreachable);
  CHECK(echo.calls == 1);
  CHECK(http.send({}).error() == Errc::peer_unreachable);
  CHECK(echo.calls == 1);
  CHECK(http.send({}).value().status == 204);
  ByteArray<4> bytes{};
  world.plan.begin({{.call = 2, .mode = FaultMode::before}});
  CHECK(random.fill(bytes).has_value());
  CHECK(random.fill(bytes).error() == Errc::entropy_unavailable);
  CHECK(random.fill(bytes).has_value());
  CHECK(scripted.calls() == 2);
}
