#include <ostiary/testing/recording_mailer.hpp>

#include <thread>

#include <doctest/doctest.h>

using namespace ostiary;
using testing::RecordingMailer;

namespace {

OutgoingMail mail(const std::string& id) {
  return {.from = EmailAddress::parse("desk@example.com").value(),
          .to = EmailAddress::parse("ann@example.com").value(),
          .message_id = id,
          .message = "Subject: " + id + "\r\n\r\n"};
}

DeliveryVerdict verdict_of(const Result<Delivery>& answer) { return answer.value().verdict; }

}  // namespace

TEST_CASE("RecordingMailer accepts and keeps every mail, oldest first") {
  RecordingMailer mailer;
  CHECK(mailer.mails().empty());
  CHECK(verdict_of(mailer.send(mail("1"))) == DeliveryVerdict::accepted);
  CHECK(verdict_of(mailer.send(mail("2"))) == DeliveryVerdict::accepted);
  REQUIRE(mailer.mails().size() == 2);
  CHECK(mailer.mails()[0].message_id == "1");
  CHECK(mailer.mails()[1].message == "Subject: 2\r\n\r\n");
  CHECK(mailer.mails()[1].to == EmailAddress::parse("ann@example.com").value());
  CHECK(mailer.accepted().size() == 2);
}

TEST_CASE("RecordingMailer gives the queued answers in order, then accepts again") {
  RecordingMailer mailer;
  mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "smtp-450"});
  mailer.answer_next(Errc::peer_protocol);
  mailer.answer_next(Delivery{.verdict = DeliveryVerdict::permanent, .reason = "smtp-550"});
  const auto first = mailer.send(mail("1"));
  CHECK(verdict_of(first) == DeliveryVerdict::retry_later);
  CHECK(first.value().reason == "smtp-450");
  CHECK(mailer.send(mail("2")).error() == Errc::peer_protocol);
  CHECK(verdict_of(mailer.send(mail("3"))) == DeliveryVerdict::permanent);
  CHECK(verdict_of(mailer.send(mail("4"))) == DeliveryVerdict::accepted);
  CHECK(mailer.mails().size() == 4);
  REQUIRE(mailer.accepted().size() == 1);
  CHECK(mailer.accepted()[0].message_id == "4");
}

TEST_CASE("RecordingMailer loses no mail of many threads") {
  RecordingMailer mailer;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 50; ++j) {
          (void)mailer.send(mail("m"));
        }
      });
    }
  }
  CHECK(mailer.mails().size() == 400);
}
