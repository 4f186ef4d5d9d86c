// Reads FOLDER/received/*.eml by mailparser and compares each with FOLDER/expected/*.json.
// Usage: node read_mails.mjs FOLDER
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { simpleParser } from 'mailparser';

const folder = process.argv[2];
const filesOf = (name) => fs.readdirSync(path.join(folder, name)).map((file) => path.join(folder, name, file));

const mails = new Map();
for (const file of filesOf('received')) {
  const mail = await simpleParser(fs.readFileSync(file), { skipTextToHtml: true });
  mails.set(mail.messageId, mail);
}

let count = 0;
for (const file of filesOf('expected')) {
  const expected = JSON.parse(fs.readFileSync(file, 'utf8'));
  const mail = mails.get(`<${expected.message_id}>`);
  assert.ok(mail, `${expected.message_id} has not arrived`);
  assert.equal(mail.subject ?? '', expected.subject);
  assert.deepEqual(mail.from.value, [{ address: expected.from, name: expected.from_name }]);
  assert.deepEqual(mail.to.value, [{ address: expected.to, name: expected.to_name }]);
  assert.equal(mail.date.toISOString(), expected.date);
  assert.equal(mail.text.trimEnd(), expected.text.trimEnd());
  assert.equal(mail.html.trimEnd(), expected.html.trimEnd());
  assert.ok(mail.text.includes(expected.link));
  assert.ok(mail.html.includes(expected.link.replaceAll('&', '&amp;')));
  assert.deepEqual(mail.headerLines.map(({ key }) => key), expected.fields);
  assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
  assert.equal(mail.headers.get('content-language'), expected.language);
  assert.deepEqual(mail.attachments, []);
  count += 1;
}
assert.ok(count > 0);
console.log(`mailparser: ${count} mails read back as they were sent`);
