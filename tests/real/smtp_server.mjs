// SMTP servers for real_smtp_test, one a port, on the loopback. Usage: node smtp_server.mjs FOLDER
// Reads FOLDER/{server,other}.{key,pem}; writes FOLDER/received/N.eml and FOLDER/said/NAME (what a scripted server was
// told) and FOLDER/ports ("NAME PORT" a line); says "ready" once all listen. Ends when its standard input does.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';

const folder = process.argv[2];
const received = path.join(folder, 'received');
const said = path.join(folder, 'said');
const pair = (name) => ({
  key: fs.readFileSync(path.join(folder, `${name}.key`)),
  cert: fs.readFileSync(path.join(folder, `${name}.pem`)),
});
const refusal = (responseCode) => Object.assign(new Error('as the test asks'), { responseCode });

let count = 0;
function keep(bytes) {
  count += 1;
  fs.writeFileSync(path.join(received, `${count}.eml`), bytes);
}

// The recipient's local part says what goes wrong: rcpt-451, rcpt-550, data-451, data-554, once-451, drop-in-data,
// drop-after-data. Any other is served well.
const seen = new Set();
function onRcptTo({ address }, _session, done) {
  const [, code] = /^rcpt-(\d+)@/.exec(address) ?? [];
  done(code ? refusal(Number(code)) : null);
}

function drop(server, session) {
  for (const connection of server.connections) {
    if (connection.session === session) {
      connection._socket.destroy();
    }
  }
}

function onData(stream, session, done) {
  const { address } = session.envelope.rcptTo[0];
  const server = this;
  if (address.startsWith('drop-in-data@')) {
    drop(server, session);
    return;
  }
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  stream.on('end', () => {
    const [, code] = /^data-(\d+)@/.exec(address) ?? [];
    if (code) {
      done(refusal(Number(code)));
    } else if (address.startsWith('once-451@') && !seen.has(address)) {
      seen.add(address);
      done(refusal(451));
    } else {
      keep(Buffer.concat(chunks));
      if (address.startsWith('drop-after-data@') && !seen.has(address)) {
        seen.add(address);
        drop(server, session);
        return;
      }
      done();
    }
  });
}

function onAuth({ username, password }, _session, done) {
  if (username === 'busy') {
    done(refusal(454));
  } else if (username === 'portal' && password === 'Grün & 7% "Wörter"') {
    done(null, { user: username });
  } else {
    done(refusal(535));
  }
}

const common = { onRcptTo, onData, onAuth, authOptional: true, closeTimeout: 100 };
const smtp = (options) => {
  // A reverse look-up would ask a DNS server outside this machine.
  const server = new SMTPServer({ ...common, disableReverseLookup: true, ...options });
  server.on('error', () => {});  // a client that ends the handshake is what some tests want
  return server;
};

// A server that answers each verb with a fixed line; null is silence. It keeps all that it is told.
function scripted(name, { greeting, replies = {} }) {
  return net.createServer((socket) => {
    let inData = false;
    let line = '';
    socket.on('error', () => {});
    const answer = (text) => text && socket.write(`${text}\r\n`);
    answer(greeting);
    socket.on('data', (chunk) => {
      fs.appendFileSync(path.join(said, name), chunk);
      line += chunk.toString('latin1');
      for (let end = line.indexOf('\r\n'); end >= 0; end = line.indexOf('\r\n')) {
        const verb = line.slice(0, end).split(' ')[0].toUpperCase();
        inData = inData ? line.slice(0, end) !== '.' : false;
        if (!inData) {
          answer(replies[verb]);
          inData = verb === 'DATA' && replies.DATA.startsWith('354');
        }
        line = line.slice(end + 2);
      }
    });
  });
}

const wellServed = { EHLO: '250 here', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go on', '.': '250 taken', QUIT: '221 bye' };
const greeting = '220 scripted ESMTP';
const servers = {
  starttls: smtp(pair('server')),
  starttls_auth: smtp({ ...pair('server'), authOptional: false }),
  implicit: smtp({ ...pair('server'), secure: true }),
  implicit_auth: smtp({ ...pair('server'), secure: true, authOptional: false }),
  other_name: smtp(pair('other')),
  implicit_other_name: smtp({ ...pair('other'), secure: true }),
  plain: smtp({ disabledCommands: ['STARTTLS'], hideSTARTTLS: true }),
  no_starttls: scripted('no_starttls', { greeting, replies: { ...wellServed, EHLO: '250-here\r\n250 AUTH PLAIN LOGIN' } }),
  starttls_refused: scripted('starttls_refused', {
    greeting,
    replies: { ...wellServed, EHLO: '250-here\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS', STARTTLS: '502 no' },
  }),
  starttls_busy: scripted('starttls_busy', {
    greeting,
    replies: { ...wellServed, EHLO: '250-here\r\n250 STARTTLS', STARTTLS: '454 later' },
  }),
  greeting_421: scripted('greeting_421', { greeting: '421 busy' }),
  greeting_554: scripted('greeting_554', { greeting: '554 no service' }),
  sender_553: scripted('sender_553', { greeting, replies: { ...wellServed, MAIL: '553 not your address' } }),
  data_command_451: scripted('data_command_451', { greeting, replies: { ...wellServed, DATA: '451 later' } }),
  login_wanted: scripted('login_wanted', { greeting, replies: { ...wellServed, MAIL: '530 log in first' } }),
  silent: scripted('silent', { greeting: null }),
  silent_after_data: scripted('silent_after_data', { greeting, replies: { ...wellServed, '.': null } }),
  silent_at_quit: scripted('silent_at_quit', { greeting, replies: { ...wellServed, QUIT: null } }),
};

async function listen(server) {
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.server ?? server).address().port;
}

fs.mkdirSync(received, { recursive: true });
fs.mkdirSync(said, { recursive: true });
const lines = [];
for (const [name, server] of Object.entries(servers)) {
  lines.push(`${name} ${await listen(server)}\n`);
}
const closed = net.createServer();
lines.push(`closed ${await listen(closed)}\n`);
closed.close();
fs.writeFileSync(path.join(folder, 'ports'), lines.join(''));
console.log('ready');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
