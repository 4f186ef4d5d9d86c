#pragma once

#include <ostiary/testing/faulty_store.hpp>

// What another request may do to a store just before a set is committed, so that the set's guard really misses.
namespace ostiary::inline v0::testing {

/// change_name is the alternative's name, "PutSession".
[[nodiscard]] std::string_view change_name(const Change& change);

/// rival_count is how many rivals the recorded commit has: none for guards that only a repeated id can miss.
[[nodiscard]] std::size_t rival_count(const PortCall& commit);

/// make_rival gives the set's `number`th rival, in the order of its changes, or an empty function. It reads `store`.
/// | guard of          | rival                                                                                      |
/// | RequireActor      | the actor signs out                                                                        |
/// | PutOrganization   | the organisation is renamed; for a new one: another takes its domain                       |
/// | PutAccount        | the account is renamed; for a new one: another takes its login name                        |
/// | PutLink           | another mail is asked for                                                                  |
/// | ConsumeLink       | the same decision, by another request                                                      |
/// | ConsumeOnce       | the key is consumed                                                                        |
/// | PutSession        | the account's sessions are ended; the account is suspended                                 |
/// | Restamp, EndSess. | the session is ended                                                                       |
/// | PutDevice         | the account's devices are made unknown                                                     |
/// | Touch-, EndDevice | the device is ended                                                                        |
/// | PutMailIntent     | the first account that it speaks of is removed                                             |
/// | BeginHandOver     | another mail is asked for; the account is suspended; another worker takes the mail over    |
/// | MarkMail          | another worker takes the mail over                                                         |
/// | SettleRecovery-   | another worker takes the request over                                                      |
/// | PutJob            | the job is changed                                                                         |
/// | BounceMail, PutAu | the same by another request                                                                |
[[nodiscard]] Rival make_rival(Store& store, const ChangeSet& set, std::size_t number);

}  // namespace ostiary::inline v0::testing
