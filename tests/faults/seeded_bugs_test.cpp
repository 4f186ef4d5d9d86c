// The sweep is shown to catch what it is for: one seeded bug for each invariant, and that of a lost update, each beside
// the sound handler that passes.
#include <algorithm>

#include "faults/factor_host.hpp"
#include <ostiary/testing/faulty_store.hpp>

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultInvariant;
using testing::FaultOptions;
using testing::FaultReport;
using testing::FaultScenario;
using testing::FaultWorld;

namespace {

enum class Handler { sound, bugged };

// A host's own handlers, which write with the library's change sets.
struct OwnHandlers : FaultHost {
  OwnHandlers(FaultWorld& given, Handler of) : FaultHost(given), kind(of), acme(found_active()) {}

  bool bugged() const { return kind == Handler::bugged; }

  AppendAudit event(AuditKind of, Fresh& fresh) const {
    return {.event = {.id = fresh.id<AuditId>(),
                      .at = world.clock.now(),
                      .organization = acme.organization,
                      .kind = of,
                      .actor_kind = AuditActorKind::host,
                      .actor_name = "portal",
                      .subject = acme.manager.account}};
  }
  bool commit(Fresh& fresh, std::vector<Change> changes) {
    const auto answer =
        world.store.commit({.id = fresh.id<ChangeId>(), .at = world.clock.now(), .changes = std::move(changes)});
    return answered(answer) && std::holds_alternative<Committed>(answer.value());
  }

  // 1: the bugged one asks for no password.
  bool begin_session() {
    auto fresh = Fresh::draw(world.random, world.clock.now());
    const auto account = world.store.find_account(acme.manager.account);
    if (!answered(fresh) || !answered(account)) {
      return false;
    }
    if (!bugged()) {
      world.proved(acme.manager.account);
    }
    const Session session{.id = fresh.value().id<SessionId>(),
                          .account = acme.manager.account,
                          .epoch = account.value()->epochs.sessions,
                          .ends_at = world.clock.now() + std::chrono::hours(1)};
    return commit(fresh.value(), {PutSession{session}, event(AuditKind::signed_in, fresh.value())});
  }

  // 3: the bugged one forgets its event. 4: it adds one to what it reads, whatever the page showed. 6: it takes the
  // wrong field of the form.
  bool edit(const std::function<void(Account&)>& change, bool audited = true,
            std::optional<Version> shown = std::nullopt) {
    auto fresh = Fresh::draw(world.random, world.clock.now());
    const auto account = world.store.find_account(acme.manager.account);
    if (!answered(fresh) || !answered(account)) {
      return false;
    }
    Account next = *account.value();
    const auto expected = shown.value_or(next.version);
    change(next);
    std::vector<Change> changes{PutAccount{.next = next, .expected = expected}};
    if (audited) {
      changes.emplace_back(event(AuditKind::sessions_ended, fresh.value()));
    }
    // Of a page that is out of date, Refused is the answer: it will not become another.
    const bool is_out_of_date = shown && account.value()->version != *shown;
    return commit(fresh.value(), std::move(changes)) || is_out_of_date;
  }

  // 7: where another was faster, the bugged one sends what it has decided again, under the version that it now finds.
  bool choose_locale() {
    const auto shown = world.store.find_account(acme.manager.account);
    if (!answered(shown)) {
      return false;
    }
    Account next = *shown.value();
    next.locale = Locale::parse("fr").value();
    auto expected = next.version;
    for (;;) {
      auto fresh = Fresh::draw(world.random, world.clock.now());
      if (!answered(fresh)) {
        return false;
      }
      const auto answer = world.store.commit({.id = fresh.value().id<ChangeId>(),
                                              .at = world.clock.now(),
                                              .changes = {PutAccount{.next = next, .expected = expected},
                                                          event(AuditKind::sessions_ended, fresh.value())}});
      if (!answered(answer) || std::holds_alternative<Committed>(answer.value())) {
        return answer.has_value();
      }
      const auto newer = world.store.find_account(acme.manager.account);
      if (!bugged() || !answered(newer)) {
        return false;
      }
      expected = newer.value()->version;
    }
  }

  Handler kind;
  OrganizationCreated acme;
};

using Act = bool (*)(OwnHandlers&);

FaultScenario scenario(Handler handler, Act act) {
  return [=](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<OwnHandlers>(world, handler);
    return [host, act] { return act(*host); };
  };
}

bool caught(const FaultReport& report, FaultInvariant invariant) {
  return std::ranges::any_of(report.violations, [&](const auto& one) { return one.invariant == invariant; });
}

void check_seed(std::string_view name, FaultInvariant invariant, Act act) {
  const auto sound = testing::fault_sweep(name, scenario(Handler::sound, act));
  CHECK_MESSAGE(sound.passed(), sound.text());
  const auto bugged = testing::fault_sweep(name, scenario(Handler::bugged, act));
  CHECK_MESSAGE(caught(bugged, invariant), bugged.text());
}

// A store that applies the first change of a set by itself.
class TearingStore final : public testing::FaultyStore {
 public:
  TearingStore() : FaultyStore(memory_, plan_) {}

  Result<CommitAnswer> commit(const ChangeSet& set) override {
    if (!std::holds_alternative<ConsumeLink>(set.changes.front())) {
      return memory_.commit(set);
    }
    auto id = set.id.bytes();
    id.back() ^= std::byte{1};
    OSTIARY_TRY(const auto first, memory_.commit({.id = ChangeId(id), .at = set.at, .changes = {set.changes.front()}}));
    if (std::holds_alternative<Refused>(first)) {
      return first;
    }
    OSTIARY_TRY(const auto rest,
                memory_.commit({.id = set.id, .at = set.at, .changes = {set.changes.begin() + 1, set.changes.end()}}));
    const auto* const refused = std::get_if<Refused>(&rest);
    return refused == nullptr ? rest : CommitAnswer(Refused{refused->index + 1});
  }

 private:
  testing::MemoryStore memory_;
  testing::FaultPlan plan_;
};

// A store that takes the use of a code out of every set, as a rule that forgot it would.
class ForgettingStore final : public testing::FaultyStore {
 public:
  explicit ForgettingStore(Store& inner) : FaultyStore(inner, plan_) {}

  Result<CommitAnswer> commit(const ChangeSet& set) override {
    auto rest = set;
    std::erase_if(rest.changes, [](const Change& change) {
      return std::holds_alternative<AdvanceTotpStep>(change) || std::holds_alternative<ConsumeRecoveryCode>(change);
    });
    return inner().commit(rest);
  }

 private:
  testing::FaultPlan plan_;
};

// A sign-in with a second factor, over that store.
FaultScenario forgetful_sign_in(bool by_recovery_code) {
  struct Forgetful {
    explicit Forgetful(const FaultWorld& world)
        : store(world.store),
          bent{.store = store,
               .mailer = world.mailer,
               .random = world.random,
               .http = world.http,
               .clock = world.clock,
               .mails = world.mails,
               .proved = world.proved,
               .secret = world.secret,
               .log = world.log},
          host(bent) {}

    ForgettingStore store;
    FaultWorld bent;
    FactorHost host;
  };
  return [=](FaultWorld& world) -> FaultAct {
    auto forgetful = std::make_shared<Forgetful>(world);
    static_cast<void>(forgetful->host.enrolled());
    return [forgetful, by_recovery_code, ticket = forgetful->host.ask()] {
      auto& host = forgetful->host;
      host.world.proved(host.id);
      return host.answered(host.give(ticket, by_recovery_code ? host.recovery_code() : host.totp(host.code())));
    };
  };
}

}  // namespace

TEST_CASE("the sweep catches a handler that signs in without a proof") {
  check_seed("session of one's own", FaultInvariant::session_has_proof,
             [](OwnHandlers& host) { return host.begin_session(); });
}

TEST_CASE("the sweep catches a store that tears a set: a link is used, and its effect is not there") {
  const FaultScenario setup = [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    return [host, token = host->deliver_all()] { return host->answered(host->redeem(token)); };
  };
  const FaultOptions torn{.make_store = [] { return std::make_unique<TearingStore>(); }};
  const auto report = testing::fault_sweep("setup over a store that tears", setup, torn);
  CHECK_MESSAGE(caught(report, FaultInvariant::link_used_with_effect), report.text());
  const FaultOptions whole{.make_store = [] { return std::make_unique<testing::MemoryStore>(); }};
  CHECK(testing::fault_sweep("setup over a whole one", setup, whole).passed());
}

TEST_CASE("the sweep catches a store that tears a set: a reset link is used, and the password is the old one") {
  const FaultScenario reset = [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    host->deliver_all();
    REQUIRE(host->recovery.request({.address = "mara@maple.example", .client = client()}).has_value());
    return [host, token = host->deliver_all()] {
      return host->answered(host->recovery.redeem({.token = token,
                                                   .password = SecretString("River-Thames-8"),
                                                   .confirmation = SecretString("River-Thames-8"),
                                                   .client = client()}));
    };
  };
  const FaultOptions torn{.make_store = [] { return std::make_unique<TearingStore>(); }};
  const auto report = testing::fault_sweep("reset over a store that tears", reset, torn);
  CHECK_MESSAGE(caught(report, FaultInvariant::link_used_with_effect), report.text());
}

TEST_CASE("the sweep catches an operation that forgets its event") {
  check_seed("rename", FaultInvariant::subject_has_event, [](OwnHandlers& host) {
    return host.edit([](Account& account) { account.display_name = "Mara L."; }, !host.bugged());
  });
}

TEST_CASE("the sweep catches an operation whose retry does it twice") {
  check_seed("bump", FaultInvariant::retry_reaches_state, [](OwnHandlers& host) {
    // The page showed the account as its setup left it.
    const auto shown = host.bugged() ? std::nullopt : std::optional<Version>(2);
    return host.edit([](Account& account) { ++account.epochs.devices; }, true, shown);
  });
}

TEST_CASE("the sweep catches a lost update: a stale record is sent again under the fresh version") {
  check_seed("locale", FaultInvariant::retry_reaches_state, [](OwnHandlers& host) { return host.choose_locale(); });
}

TEST_CASE("the sweep catches a mail that leaves before its change is committed") {
  check_seed("notice", FaultInvariant::mail_sent_if_called, [](OwnHandlers& host) {
    if (!host.bugged()) {
      return host.tick();
    }
    auto fresh = Fresh::draw(host.world.random, host.world.clock.now());
    if (!host.answered(fresh)) {
      return false;
    }
    const auto address = EmailAddress::parse("mara@maple.example").value();
    const MailIntent mail{.id = fresh.value().id<MailId>(),
                          .kind = MailKind::setup_completed,
                          .parts = {{.account = host.acme.manager.account, .organization = host.acme.organization}},
                          .to = address};
    const OutgoingMail outgoing{
        .from = address, .to = address, .message_id = mail.id.to_string() + "@maple.example", .message = "done"};
    return host.answered(host.world.mailer.send(outgoing)) &&
           host.commit(fresh.value(), {PutMailIntent{mail}, host.event(AuditKind::setup_completed, fresh.value())});
  });
}

TEST_CASE("the sweep catches a handler that writes a password into a name") {
  check_seed("form", FaultInvariant::no_secret_stored, [](OwnHandlers& host) {
    return host.edit([&](Account& account) { account.display_name = host.bugged() ? good_password : "Mara L."; });
  });
}

TEST_CASE("the sweep finds a secret in a log, in base64 and in hexadecimal, and a scenario that is not repeatable") {
  for (const auto& leak : std::vector<std::string>{good_password, base64url_encode(as_bytes(good_password)),
                                                   hex_encode(as_bytes(good_password))}) {
    const auto report = testing::fault_sweep("log", [leak](FaultWorld& world) -> FaultAct {
      auto host = std::make_shared<FaultHost>(world);
      return [host, leak] {
        host->world.log("tried " + leak);
        return host->answered(host->create("acme"));
      };
    });
    CHECK(caught(report, FaultInvariant::no_secret_stored));
  }
  int runs = 0;
  const auto report = testing::fault_sweep("moody", [&runs](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    return [host, odd = ++runs % 2 == 1] {
      return host->answered(host->create("acme")) && (odd || host->answered(host->create("maple")));
    };
  });
  CHECK_FALSE(report.passed());
  const auto failing =
      testing::fault_sweep("never", [](FaultWorld& /*world*/) -> FaultAct { return [] { return false; }; });
  CHECK_FALSE(failing.passed());
}

TEST_CASE("the sweep catches a mail that is sent twice, and does not pass where pairs were left out") {
  const FaultScenario twice = [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto address = EmailAddress::parse("mara@maple.example").value();
    const OutgoingMail mail{.from = address,
                            .to = address,
                            .message_id = host->found().manager.welcome_mail.to_string(),
                            .message = "hello"};
    return [host, mail] {
      return host->answered(host->world.mailer.send(mail)) && host->answered(host->world.mailer.send(mail));
    };
  };
  const auto report = testing::fault_sweep("twice", twice);
  CHECK_MESSAGE(report.text().find("the mailer was called 2 times for one mail") != std::string::npos, report.text());
  const FaultScenario whole = [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    return [host] { return host->answered(host->create("acme")); };
  };
  const auto cut = testing::fault_sweep("cut", whole, {.runs_max = 20});
  CHECK(cut.violations.empty());
  CHECK(cut.left_out > 0);
  CHECK_FALSE(cut.passed());
}

TEST_CASE("R61, S276: the sweep catches a sign-in that does not use up its code") {
  for (const bool by_recovery_code : {false, true}) {
    const auto report = testing::fault_sweep("forgetful", forgetful_sign_in(by_recovery_code));
    CHECK_MESSAGE(caught(report, FaultInvariant::factor_used_with_effect), report.text());
  }
}
