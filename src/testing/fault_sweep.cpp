#include <ostiary/testing/fault_sweep.hpp>

#include <algorithm>
#include <optional>
#include <ranges>

#include "testing/invariants.hpp"
#include "testing/rivals.hpp"
#include <ostiary/testing/faulty_http_client.hpp>
#include <ostiary/testing/faulty_mailer.hpp>
#include <ostiary/testing/faulty_random.hpp>
#include <ostiary/testing/memory_store.hpp>
#include <ostiary/testing/scripted_random.hpp>

namespace ostiary::inline v0::testing {
namespace {

class UnreachableHttp final : public HttpClient {
 public:
  Result<HttpResponse> send(const HttpRequest& /*request*/) override { return Errc::peer_unreachable; }
};

// A rival, and the call of the act during which it acted, or before which it is to act.
struct Visitor {
  Rival acts;
  std::size_t before_call = 0;
};

// One world with the scenario prepared in it. Nothing fails until perform.
class Stage {
 public:
  Stage(const FaultScenario& scenario, const FaultOptions& options)
      : options_(options),
        own_store_(options.make_store ? options.make_store() : std::make_unique<MemoryStore>()),
        own_http_(options.make_http ? options.make_http() : std::make_unique<UnreachableHttp>()),
        store_(*own_store_, plan_),
        mailer_(mails_, plan_),
        random_(scripted_, plan_),
        http_(*own_http_, plan_),
        world_{.store = store_,
               .mailer = mailer_,
               .random = random_,
               .http = http_,
               .clock = clock_,
               .mails = mails_,
               .proved = [this](const AccountId& account) { ++proofs_[account]; },
               .secret = [this](std::string_view secret) { secrets_.emplace_back(secret); },
               .log = [this](std::string_view line) { (log_ += line) += '\n'; }},
        act_(scenario(world_)) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() = default;

  // perform calls the act until it succeeds, under faults; each visitor acts between two calls.
  void perform(std::vector<Fault> faults, const std::vector<Visitor>& visitors = {}) {
    faults_count_ = faults.size();
    received_ = !visitors.empty();
    plan_.begin(std::move(faults));
    std::size_t number = 0;
    for (; number < options_.tries_max && !succeeded_; ++number) {
      receive(visitors, number, number);
      succeeded_ = act_();
      for (auto& rival : store_.rivals() | std::views::drop(rivals_.size())) {
        rivals_.push_back({.acts = std::move(rival), .before_call = number});
      }
      if (!succeeded_) {
        ++failed_calls_;
        plan_.end_lasting();
        check_standing();
      }
    }
    receive(visitors, number, options_.tries_max);
    plan_.recover();
    calls_ = plan_.calls();
  }

  // judge checks what holds of any end, and gives the end as lines.
  Described judge() {
    const auto records = read();
    check_mailer_calls(mailer_.called(), 1 + faults_count_ + failed_calls_, findings_);
    if (!succeeded_ && rivals_.empty() && !received_) {
      findings_.push_back({FaultInvariant::retry_reaches_state, "the act never succeeds, and no rival acted"});
    }
    check_mails(records, {.called = mailer_.called(), .accepted = mailer_.accepted()},
                ids_named_by(store_.sent()).mails, findings_);
    check_standing();
    const auto* const memory = options_.make_store ? nullptr : static_cast<const MemoryStore*>(own_store_.get());
    auto bytes = options_.dump ? options_.dump(*own_store_) : bytes_of(records);
    if (memory != nullptr) {
      bytes = memory->dump();
    }
    check_secrets(bytes, "store", secrets_, findings_);
    check_secrets(log_, "log", secrets_, findings_);
    return describe(records);
  }

  [[nodiscard]] const std::vector<Visitor>& rivals() const { return rivals_; }
  // Whether every visitor could do what it came for.
  [[nodiscard]] bool received_all() const { return received_all_; }
  [[nodiscard]] std::size_t refusals() const { return store_.refusals(); }
  [[nodiscard]] const std::vector<PortCall>& calls() const { return calls_; }
  [[nodiscard]] bool succeeded() const { return succeeded_; }
  [[nodiscard]] std::size_t failed_calls() const { return failed_calls_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }

 private:
  void receive(const std::vector<Visitor>& visitors, std::size_t from, std::size_t to) {
    for (const auto& visitor : visitors) {
      if (visitor.before_call >= from && visitor.before_call <= to) {
        received_all_ = visitor.acts(*own_store_) && received_all_;
      }
    }
  }

  Records read() {
    auto records = read_records(*own_store_, ids_named_by(store_.sent()));
    if (!records) {
      findings_.push_back(
          {FaultInvariant::retry_reaches_state, "the store cannot be read: " + records.assume_error().message()});
      return {};
    }
    return std::move(records).assume_value();
  }

  // What holds at every moment, also between a failure and its retry.
  void check_standing() {
    const auto records = read();
    check_sessions(records, proofs_, findings_);
    check_links(records, findings_);
    check_standing_events(records, findings_);
    const auto sent = store_.sent();
    check_committed_events(records, sent, findings_);
    check_factors(records, sent, store_.rivals().empty() && !received_, findings_);
  }

  const FaultOptions& options_;
  std::unique_ptr<Store> own_store_;
  std::unique_ptr<HttpClient> own_http_;
  FaultPlan plan_;
  RecordingMailer mails_;
  ScriptedRandom scripted_;
  ManualClock clock_;
  FaultyStore store_;
  FaultyMailer mailer_;
  FaultyRandom random_;
  FaultyHttpClient http_;
  std::map<AccountId, std::size_t> proofs_;
  std::vector<std::string> secrets_;
  std::string log_;
  Findings findings_;
  std::vector<PortCall> calls_;
  std::size_t faults_count_ = 0;
  std::size_t failed_calls_ = 0;
  bool succeeded_ = false;
  bool received_ = false;
  std::vector<Visitor> rivals_;
  bool received_all_ = true;
  FaultWorld world_;
  FaultAct act_;
};

bool is_write(const PortCall& call) {
  return call.name == "commit" || call.name == "charge" || call.name == "claim_mail" ||
         call.name == "claim_recovery_requests" || call.name == "housekeep";
}

bool lasts(FaultMode mode) {
  return mode == FaultMode::forever || mode == FaultMode::answer_lost_twice || mode == FaultMode::contention_thrice;
}

// The faults that call number `number` can have.
std::vector<Fault> faults_of(const PortCall& call, std::size_t number) {
  std::vector<FaultMode> modes{FaultMode::before, FaultMode::forever};
  if (call.port == Port::mailer) {
    modes.insert(modes.end(), {FaultMode::answer_lost, FaultMode::retry_later, FaultMode::permanent});
  } else if (call.port == Port::http) {
    modes.push_back(FaultMode::answer_lost);
  } else if (is_write(call)) {
    modes.insert(modes.end(), {FaultMode::answer_lost, FaultMode::answer_lost_twice, FaultMode::contention,
                               FaultMode::contention_thrice});
  }
  std::vector<Fault> faults;
  faults.reserve(modes.size() + rival_count(call));
  for (const auto mode : modes) {
    faults.push_back({.call = number, .mode = mode});
  }
  for (std::size_t rival = 0; rival < rival_count(call); ++rival) {
    faults.push_back({.call = number, .mode = FaultMode::refused, .rival = rival});
  }
  return faults;
}

bool is_paired(const Fault& fault, FaultPairs pairs) {
  switch (pairs) {
    case FaultPairs::none:
      return false;
    case FaultPairs::plain:
      return fault.mode == FaultMode::before || fault.mode == FaultMode::answer_lost;
    case FaultPairs::all:
      return !lasts(fault.mode);
  }
  return false;
}

class Sweep {
 public:
  Sweep(std::string_view name, const FaultScenario& scenario, const FaultOptions& options)
      : scenario_(scenario), options_(options) {
    report_.name = name;
  }

  FaultReport run() {
    if (!run_clean()) {
      return std::move(report_);
    }
    struct First {
      Fault fault;
      std::vector<PortCall> calls;
    };
    std::vector<First> firsts;
    for (std::size_t i = 0; i < clean_calls_.size(); ++i) {
      for (const auto& fault : faults_of(clean_calls_[i], i + 1)) {
        auto calls = run_faults({fault}, clean_calls_);
        modes_.insert(fault.mode);
        if (is_paired(fault, options_.pairs)) {
          firsts.push_back({fault, std::move(calls)});
        }
      }
    }
    for (const auto& [first, calls] : firsts) {
      for (std::size_t i = first.call; i < calls.size(); ++i) {
        for (const auto& second : faults_of(calls[i], i + 1)) {
          if (!is_paired(second, options_.pairs)) {
            continue;
          }
          if (report_.runs >= options_.runs_max) {
            ++report_.left_out;
            continue;
          }
          run_faults({first, second}, calls);
        }
      }
    }
    report_.modes = modes_.size();
    return std::move(report_);
  }

 private:
  void violate(const Finding& finding, std::string fault) {
    report_.violations.push_back({finding.invariant, std::move(fault), finding.seen});
  }

  // The run that never fails, twice: what differs between the two is no fault's.
  bool run_clean() {
    for (int i = 0; i < 2; ++i) {
      Stage stage(scenario_, options_);
      stage.perform({});
      clean_ = stage.judge();
      ++report_.runs;
      for (const auto& finding : stage.findings()) {
        violate(finding, "no fault");
      }
      if (i > 0 && stage.calls() != clean_calls_) {
        violate({FaultInvariant::retry_reaches_state, "two runs make different calls"}, "no fault");
      }
      clean_calls_ = stage.calls();
    }
    report_.calls = clean_calls_.size();
    return report_.violations.empty();
  }

  std::vector<PortCall> run_faults(const std::vector<Fault>& faults, const std::vector<PortCall>& usual) {
    Stage stage(scenario_, options_);
    stage.perform(faults);
    const auto end = stage.judge();
    ++report_.runs;
    report_.refusals += stage.refusals();
    Findings findings = stage.findings();
    Comparison comparison{.failed_calls = stage.failed_calls()};
    for (const auto& fault : faults) {
      comparison.mail_refused = comparison.mail_refused || fault.mode == FaultMode::permanent;
    }
    if (auto seen = compare(end, comparison, faults, stage.rivals()); !seen.empty()) {
      findings.push_back({FaultInvariant::retry_reaches_state, std::move(seen)});
    }
    for (const auto& finding : findings) {
      violate(finding, describe_faults(faults, usual));
    }
    return stage.calls();
  }

  // Where rivals acted, the end must be one that they could have led to by acting between two calls of the act: that
  // of the clean run would say that what they did is lost. It counts only where they could do it in no such order.
  std::string compare(const Described& end, const Comparison& comparison, const std::vector<Fault>& faults,
                      const std::vector<Visitor>& rivals) {
    std::vector<Fault> earlier;
    for (const auto& fault : faults) {
      if (fault.mode == FaultMode::refused) {
        break;
      }
      earlier.push_back(fault);
    }
    constexpr std::size_t places = 3;  // before the act, before that call of it, after that call
    std::size_t orders = rivals.empty() ? 0 : 1;
    for (std::size_t i = 0; i < rivals.size(); ++i) {
      orders *= places;
    }
    std::optional<std::string> seen;
    for (std::size_t order = 0; order < orders && seen != ""; ++order) {
      auto visitors = rivals;
      for (std::size_t i = 0, rest = order; i < visitors.size(); ++i, rest /= places) {
        visitors[i].before_call = rest % places == 0 ? 0 : visitors[i].before_call + rest % places - 1;
      }
      Stage stage(scenario_, options_);
      stage.perform(earlier, visitors);
      ++report_.runs;
      if (stage.received_all()) {
        seen = difference(end, stage.judge(), comparison);
      }
    }
    return seen ? *seen : difference(end, clean_, comparison);
  }

  static std::string describe_faults(const std::vector<Fault>& faults, const std::vector<PortCall>& calls) {
    std::string out;
    for (const auto& fault : faults) {
      out += out.empty() ? "call " : "; call ";
      out += std::to_string(fault.call) + ", " + text(calls.at(fault.call - 1)) + ": " +
             std::string(fault_mode_name(fault.mode));
      if (fault.mode == FaultMode::refused) {
        out += " by rival " + std::to_string(fault.rival);
      }
    }
    return out;
  }

  const FaultScenario& scenario_;
  const FaultOptions& options_;
  FaultReport report_;
  std::set<FaultMode> modes_;
  std::vector<PortCall> clean_calls_;
  Described clean_;
};

}  // namespace

bool FaultReport::passed() const { return runs > 2 && left_out == 0 && violations.empty(); }

std::string FaultReport::text() const {
  constexpr std::size_t shown_max = 10;
  std::string out = name + ": " + std::to_string(calls) + " calls, " + std::to_string(modes) + " modes, " +
                    std::to_string(runs) + " runs, " + std::to_string(refusals) + " refusals, " +
                    std::to_string(violations.size()) + " violations";
  if (left_out > 0) {
    out += ", " + std::to_string(left_out) + " pairs left out";
  }
  for (std::size_t i = 0; i < std::min(violations.size(), shown_max); ++i) {
    out += "\n  invariant " + std::to_string(static_cast<int>(violations[i].invariant)) + ": " + violations[i].seen +
           "\n    after " + violations[i].fault;
  }
  return out;
}

FaultReport fault_sweep(std::string_view name, const FaultScenario& scenario, const FaultOptions& options) {
  return Sweep(name, scenario, options).run();
}

}  // namespace ostiary::inline v0::testing
