#include <limits>

#include "conformance.hpp"

// AdvanceTotpStep, ConsumeRecoveryCode, what PutAccount keeps of them, and ProveSession.
namespace ostiary::inline v0::testing::conformance {
namespace {

SecondFactorMarks marks_in_store(Trial& trial, const AccountId& id) {
  const auto account = trial.value(trial.store().find_account(id));
  trial.expect(account.has_value(), "the account is there");
  return account ? marks_of(*account) : SecondFactorMarks();
}

void a_step_is_accepted_once(Trial& trial) {
  auto world = trial.world();
  const auto& id = world.account.id;
  const auto first = world.account.authenticator->accepted_step;
  const auto advance = [&](TotpStep step) {
    return AdvanceTotpStep{.account = id, .authenticator = world.account.authenticator->id, .step = step};
  };
  trial.refuses("the accepted step", {advance(first)});
  trial.refuses("a step before it", {advance(first - 1)});
  trial.refuses("step 0", {advance(0)});
  trial.commits("the next step", {advance(first + 1)});
  trial.expect(marks_in_store(trial, id).accepted_step == first + 1, "an accepted step is kept");
  trial.refuses("the same step again", {advance(first + 1)});
  trial.refuses("the step between", {advance(first)});
  trial.refuses("two steps in one set, the older behind the newer", {advance(first + 9), advance(first + 8)}, 1);
  trial.refuses("one step twice in one set", {advance(first + 9), advance(first + 9)}, 1);
  const auto account = trial.value(trial.store().find_account(id));
  trial.expect(account && account->version == 1, "an accepted step moves no version");
  constexpr TotpStep latest = std::numeric_limits<std::int64_t>::max();
  trial.commits("a step of 63 bits", {advance(latest)});
  world.account.authenticator->accepted_step = latest;
  trial.expect(found(trial.value(trial.store().find_account(id)), world.account),
               "and nothing else of the account has changed");
}

void a_step_is_of_one_authenticator(Trial& trial) {
  auto world = trial.world();
  const auto other = trial.account(world.organization);
  trial.commits("another account", {PutAccount{.next = other}});
  const AdvanceTotpStep advance{.account = world.account.id,
                                .authenticator = world.account.authenticator->id,
                                .step = world.account.authenticator->accepted_step + 1};
  auto wrong = advance;
  wrong.account = trial.id<AccountId>();
  trial.refuses("a step of an absent account", {wrong});
  wrong.account = other.id;
  trial.refuses("a step of another account", {wrong});
  wrong = advance;
  wrong.authenticator = trial.id<CredentialId>();
  trial.refuses("a step of an absent authenticator", {wrong});
  wrong.authenticator = other.authenticator->id;
  trial.refuses("a step of another account's authenticator", {wrong});
  wrong.authenticator = world.account.recovery_codes->id;
  trial.refuses("a step of the recovery codes", {wrong});
  wrong.authenticator = CredentialId();
  trial.refuses("a step of no authenticator", {wrong});
  world.account.authenticator.reset();
  trial.commits("the authenticator goes", {PutAccount{.next = world.account, .expected = 1}});
  trial.refuses("a step of an authenticator that is gone", {advance});
  trial.refuses("a step of none, where there is none", {wrong});
  trial.expect(marks_in_store(trial, other.id) == marks_of(other), "the other account is as it was");
}

void a_recovery_code_works_once(Trial& trial) {
  auto world = trial.world();
  const auto& id = world.account.id;
  const auto consume = [&](std::uint8_t index) {
    return ConsumeRecoveryCode{.account = id, .codes = world.account.recovery_codes->id, .index = index};
  };
  trial.refuses("a code that was used when the account was put", {consume(2)});
  trial.commits("code 0", {consume(0)});
  trial.expect(marks_in_store(trial, id).used_codes == 0b101U, "a used code is kept");
  trial.refuses("code 0 again", {consume(0)});
  trial.refuses("one code twice in one set", {consume(1), consume(1)}, 1);
  constexpr auto last = static_cast<std::uint8_t>(recovery_codes_count_max - 1);
  trial.commits("two codes in one set, one of them the last that there can be", {consume(1), consume(last)});
  constexpr std::uint32_t used = 0b111U | std::uint32_t{1} << last;
  trial.expect(marks_in_store(trial, id).used_codes == used, "both are kept");
  trial.refuses("the last code again", {consume(last)});
  for (const unsigned index : {last + 1U, 32U, 33U, 63U, 64U, 255U}) {
    trial.refuses("a code past the last", {consume(static_cast<std::uint8_t>(index))});
  }
  world.account.recovery_codes->used = used;
  trial.expect(found(trial.value(trial.store().find_account(id)), world.account),
               "and nothing else of the account has changed, nor its version");
}

void a_recovery_code_is_of_one_set(Trial& trial) {
  auto world = trial.world();
  const auto other = trial.account(world.organization);
  trial.commits("another account", {PutAccount{.next = other}});
  const ConsumeRecoveryCode consume{.account = world.account.id, .codes = world.account.recovery_codes->id, .index = 5};
  auto wrong = consume;
  wrong.account = trial.id<AccountId>();
  trial.refuses("a code of an absent account", {wrong});
  wrong.account = other.id;
  trial.refuses("a code of another account", {wrong});
  wrong = consume;
  wrong.codes = trial.id<CredentialId>();
  trial.refuses("a code of an absent set", {wrong});
  wrong.codes = other.recovery_codes->id;
  trial.refuses("a code of another account's set", {wrong});
  wrong.codes = world.account.authenticator->id;
  trial.refuses("a code of the authenticator", {wrong});
  wrong.codes = CredentialId();
  trial.refuses("a code of no set", {wrong});
  world.account.recovery_codes.reset();
  trial.commits("the codes go", {PutAccount{.next = world.account, .expected = 1}});
  trial.refuses("a code of a set that is gone", {consume});
  trial.refuses("a code of none, where there is none", {wrong});
  trial.expect(marks_in_store(trial, other.id) == marks_of(other), "the other account is as it was");
}

void a_stale_put_takes_no_code_back(Trial& trial) {
  auto world = trial.world();
  const auto& id = world.account.id;
  const auto step = world.account.authenticator->accepted_step + 1;
  const AdvanceTotpStep advance{.account = id, .authenticator = world.account.authenticator->id, .step = step};
  const ConsumeRecoveryCode consume{.account = id, .codes = world.account.recovery_codes->id, .index = 5};
  trial.commits("a step and a code", {advance, consume});
  const std::uint32_t used = world.account.recovery_codes->used | 0b100000U;
  world.account.display_name = "Another name";
  trial.commits("a put of what was read before", {PutAccount{.next = world.account, .expected = 1}});
  const auto account = trial.value(trial.store().find_account(id));
  trial.expect(account && account->display_name == "Another name", "the put takes effect");
  trial.expect(marks_in_store(trial, id).accepted_step == step, "but writes no older step back");
  trial.expect(marks_in_store(trial, id).used_codes == used, "nor an unused code");
  trial.refuses("the step again", {advance});
  trial.refuses("the code again", {consume});
  world.account.authenticator->accepted_step = step + 100;
  world.account.recovery_codes->used = 0;
  trial.commits("a put that names a later step and no used code", {PutAccount{.next = world.account, .expected = 2}});
  trial.expect(marks_in_store(trial, id).accepted_step == step && marks_in_store(trial, id).used_codes == used,
               "while the ids stay, a put moves neither");
}

void a_new_credential_inherits_nothing(Trial& trial) {
  auto world = trial.world();
  const auto& id = world.account.id;
  auto& authenticator = *world.account.authenticator;
  auto& codes = *world.account.recovery_codes;
  trial.commits("a step and a code", {AdvanceTotpStep{.account = id, .authenticator = authenticator.id, .step = 9'000},
                                      ConsumeRecoveryCode{.account = id, .codes = codes.id, .index = 5}});
  const auto before = marks_in_store(trial, id);
  authenticator.id = trial.id<CredentialId>();
  authenticator.accepted_step = 7;
  trial.commits("another authenticator", {PutAccount{.next = world.account, .expected = 1}});
  auto marks = marks_in_store(trial, id);
  trial.expect(marks.authenticator == authenticator.id && marks.accepted_step == 7, "has the step it came with");
  trial.expect(marks.used_codes == before.used_codes, "while the codes that stay keep theirs");
  trial.commits("its next step", {AdvanceTotpStep{.account = id, .authenticator = authenticator.id, .step = 8}});
  codes.id = trial.id<CredentialId>();
  codes.used = 0;
  trial.commits("another set of codes", {PutAccount{.next = world.account, .expected = 2}});
  marks = marks_in_store(trial, id);
  trial.expect(marks.recovery_codes == codes.id && marks.used_codes == 0, "has no used one");
  trial.expect(marks.accepted_step == 8, "while the authenticator that stays keeps its step");
  trial.commits("code 5 of the new set", {ConsumeRecoveryCode{.account = id, .codes = codes.id, .index = 5}});
  world.account.authenticator.reset();
  world.account.recovery_codes.reset();
  trial.commits("both go", {PutAccount{.next = world.account, .expected = 3}});
  trial.expect(marks_in_store(trial, id) == SecondFactorMarks(), "nothing is left of them");
}

void a_session_is_proved_forward(Trial& trial) {
  const auto world = trial.world();
  const auto other = trial.account(world.organization);
  auto session = trial.session(world.account);
  trial.commits("a session, and another account", {PutSession{.session = session}, PutAccount{.next = other}});
  const auto prove = [&](Instant at) {
    return ProveSession{.id = session.id, .account = world.account.id, .proved_at = at};
  };
  const auto is_whole = [&] {
    const auto facts = trial.value(trial.store().find_session(session.id));
    const auto list = trial.value(trial.store().list_sessions(world.account.id, {})).records;
    return facts && same(facts->session, session) && list.size() == 1 && same(list.front(), session);
  };
  trial.expect(is_whole(), "a session is proved when it says so");
  auto wrong = prove(base_time + hours(1));
  wrong.id = trial.id<SessionId>();
  trial.refuses("an absent session", {wrong});
  wrong = prove(base_time + hours(1));
  wrong.account = other.id;
  trial.refuses("another account's session", {wrong});
  trial.commits("a later proof", {prove(base_time + minutes(9))});
  session.proved_at = base_time + minutes(9);
  trial.expect(is_whole(), "a later proof moves it forward, and nothing else");
  trial.commits("an earlier proof", {prove(base_time + minutes(8))});
  trial.expect(is_whole(), "an earlier one has no effect");
  trial.commits("a touch", {TouchSession{.id = session.id, .last_seen_at = base_time + hours(2)}});
  session.last_seen_at = base_time + hours(2);
  trial.expect(is_whole(), "a touch proves nothing");
  trial.commits("its end", {EndSession{.id = session.id, .account = world.account.id}});
  trial.refuses("a proof after its end", {prove(base_time + hours(3))});
}

constexpr NamedCheck checks[] = {
    {"AdvanceTotpStep: each step once, and only forward", a_step_is_accepted_once},
    {"AdvanceTotpStep: of a present account's own authenticator", a_step_is_of_one_authenticator},
    {"ConsumeRecoveryCode: each code once, and none past the last", a_recovery_code_works_once},
    {"ConsumeRecoveryCode: of a present account's own set", a_recovery_code_is_of_one_set},
    {"PutAccount: a stale one takes no accepted step and no used code back", a_stale_put_takes_no_code_back},
    {"PutAccount: a new authenticator or set of codes inherits nothing", a_new_credential_inherits_nothing},
    {"ProveSession: present, the account's, and only forward", a_session_is_proved_forward},
};

}  // namespace

std::span<const NamedCheck> factor_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
