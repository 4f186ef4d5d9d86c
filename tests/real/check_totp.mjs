// Holds FOLDER/cases.json against otplib, and FOLDER/enrolments.json against otplib and jsqr. Writes the codes that
// otplib makes to FOLDER/codes_otplib.txt.   Usage: node check_totp.mjs FOLDER
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from '@otplib/uri';
import jsqr from 'jsqr';
import { generateSync, verifySync } from 'otplib';
import { PNG } from 'pngjs';

const folder = process.argv[2];
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
const readCode = jsqr.default ?? jsqr;

const optionsOf = ({ secret, algorithm, digits, period }, epoch) => ({ secret, algorithm, digits, period, epoch });

const cases = read('cases.json');
const codes = cases.map((one, number) => {
  const options = optionsOf(one, one.seconds);
  const code = generateSync(options);
  assert.equal(code, one.code, `case ${number}`);
  assert.equal(verifySync({ ...options, token: one.code }).valid, true, `case ${number}`);
  return code;
});
fs.writeFileSync(path.join(folder, 'codes_otplib.txt'), codes.map((code) => `${code}\n`).join(''));
console.log(`otplib: the same ${codes.length} codes`);

const enrolments = read('enrolments.json');
enrolments.forEach((one, number) => {
  const { type, label, params } = parse(one.uri);
  assert.equal(type, 'totp');
  assert.equal(label, `${one.issuer}:${one.account_name}`);
  const { secret, issuer, algorithm = 'sha1', digits = 6, period = 30 } = params;
  assert.deepEqual([secret, issuer, algorithm, digits, period],
    [one.secret, one.issuer, one.algorithm, one.digits, one.period]);
  assert.equal(generateSync(optionsOf({ secret, algorithm, digits, period }, 1234567890)),
    generateSync(optionsOf(one, 1234567890)));

  const { data, width, height } = PNG.sync.read(fs.readFileSync(path.join(folder, `qr_${number}.png`)));
  const found = readCode(new Uint8ClampedArray(data), width, height);
  assert.equal(found?.data, one.uri, `picture ${number}`);
});
console.log(`otplib: reads ${enrolments.length} URIs; jsqr: reads ${enrolments.length} pictures`);
