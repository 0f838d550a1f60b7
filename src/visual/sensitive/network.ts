import { matches, type TextRule } from './rule.js';

/** Names of the top level that stand in pictures; a dot between words is no host. */
const TLD =
  'com|net|org|edu|gov|mil|int|info|biz|io|dev|app|ai|me|tv|xyz|site|online|shop|cloud|tech|blog|de|at|ch|fr|it|es|pt|nl|be|lu|uk|ie|dk|se|no|fi|is|pl|cz|sk|hu|ro|bg|gr|hr|si|rs|ua|ru|tr|il|in|cn|jp|kr|tw|hk|sg|my|th|vn|id|ph|au|nz|ca|us|mx|br|ar|cl|co|pe|za|ng|ke|eg|eu|local|localdomain|internal|lan|corp|intra|home|localhost|test|example|invalid|arpa';

/** The sign of an address is the one that readers get wrong most. */
const AT = '[@＠©®]';

const EMAIL = new RegExp(
  `[A-Za-z0-9][A-Za-z0-9._%+\\-]{0,63} {0,1}${AT} {0,1}[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,62}[.,·] {0,1}){1,5}[A-Za-z]{2,24}`,
  'g',
);
const EMAIL_SPELT = /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} {0,2}[[({] ?(?:at|ät) ?[\])}] {0,2}[A-Za-z0-9.-]{2,64}/gi;
const HANDLE = /(?<![A-Za-z0-9@])@[A-Za-z0-9_](?:[A-Za-z0-9_.]{1,30})(?![A-Za-z0-9])/g;

const email: TextRule = {
  id: 'email',
  what: 'e-mail address',
  find: (text) => [...matches(text, EMAIL), ...matches(text, EMAIL_SPELT)],
  flags: [
    'john.doe@example.com',
    'mail: a_b+c@mail.example.co.uk',
    'JANE@EXAMPLE.ORG',
    'jane [at] example.org',
    'x1@sub-domain.example.de',
  ],
  passes: ['3 apples @ 2.50', 'a@b', 'meet at noon', '@'],
};

const handle: TextRule = {
  id: 'handle',
  what: 'account name',
  find: (text, spaced) => (spaced ? matches(text, HANDLE, (found) => /[A-Za-z]{2}/.test(found)) : []),
  flags: ['@jane_doe', 'follow @exampleuser'],
  passes: ['john@example.com', '3 @ 5', '@'],
};

const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\d]|\.\d)(?:\/\d{1,2}(?!\d))?/g;
/** Readers take o for 0 and l for 1. */
const IPV6 = /(?<![A-Za-z0-9:])(?:[0-9A-Fa-foOlI]{1,4}:){2,7}(?::?[0-9A-Fa-foOlI]{1,4}){1,2}(?![A-Za-z0-9:])/g;
const IPV6_SHORT =
  /(?<![A-Za-z0-9:])[0-9A-Fa-foOlI]{1,4}(?::[0-9A-Fa-foOlI]{1,4}){0,5}::(?:[0-9A-Fa-foOlI]{1,4}(?::[0-9A-Fa-foOlI]{1,4}){0,5})?(?![A-Za-z0-9:])/g;
const MAC = /(?<![A-Fa-f0-9:])(?:[0-9A-Fa-fOo]{2}[:-]){5}[0-9A-Fa-fOo]{2}(?![A-Fa-f0-9:])/g;
const MAC_DOTTED = /(?<![A-Fa-f0-9.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![A-Fa-f0-9.])/g;

/** The machine itself, all of them, and masks. */
const NO_ADDRESS = /^(?:0\.0\.0\.0|127\.0\.0\.1|255\.(?:255|0)\.\d{1,3}\.\d{1,3})$/;
const MAC_NAMED = /(?:mac|bssid|physical address|hwaddr)[^0-9A-Fa-f]{0,12}(?:[0-9A-Fa-f]{2}[:\- ]?){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])/gi;

const address: TextRule = {
  id: 'network-address',
  what: 'MAC or IP address',
  find: (text) => [
    ...matches(text, IPV4, (found) => !NO_ADDRESS.test(found)),
    // A time of day is written with colons too.
    ...matches(text, IPV6, (found) => /\d/.test(found) && (/[A-Fa-f]/.test(found) || found.split(':').length > 4)),
    ...matches(text, IPV6_SHORT, (found) => found.length > 4 && /\d/.test(found)),
    ...matches(text, MAC),
    ...matches(text, MAC_NAMED),
    ...matches(text, MAC_DOTTED, (found) => /[A-Fa-f]/.test(found)),
  ],
  flags: [
    '192.168.1.17',
    'inet 10.0.0.254/24',
    '00:1A:2B:3C:4D:5E',
    '00-1a-2b-3c-4d-5e',
    '2001:db8:85a3:0:0:8a2e:370:7334',
    'fe80::1ff:fe23:4567:890a',
    '001a.2b3c.4d5e',
    'MAC 001B44113AB7',
    '192.168.0.0/24',
  ],
  passes: ['10:30:45', 'version 1.2.3', '256.300.1.1', '1.2.3.4.5.6', '12:34'],
};

const HOST = new RegExp(
  `(?<![A-Za-z0-9@._\\-])(?:[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?\\.){1,5}(?:${TLD})(?![A-Za-z0-9\\-]|\\.[A-Za-z0-9])`,
  'gi',
);
const HOST_DENSE = new RegExp(`(?:[A-Za-z0-9\\-]{1,63}\\.){1,5}(?:${TLD})(?![A-Za-z0-9\\-])`, 'gi');
const URL = /(?:(?:https?|ftp|ssh|git|file|smb|wss?):\/{1,2}|[a-z][a-z0-9+]{1,15}:\/\/)[^\s<>"']{3,200}/gi;
/** Names that systems give to computers, and what says of itself that it is one. */
const MACHINE =
  /(?<![A-Za-z0-9])(?:DESKTOP|LAPTOP|WIN|WS|PC|SRV|NB)-[A-Z0-9]{5,15}(?![A-Za-z0-9])|(?:host ?name|computer ?name|server ?name|rechnername) ?[:=] ?[^\s,;]{2,64}/g;
const SHARE = /(?<!\\)\\{2}[A-Za-z0-9][A-Za-z0-9.-]{1,62}\\[^\s"'<>]{1,100}/g;
const PROMPT = /(?<![A-Za-z0-9._-])[a-z_][a-z0-9_.-]{0,31}@(?:\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z0-9][A-Za-z0-9-]{0,62}(?=[:~$#% ]|$))/g;

const hostname: TextRule = {
  id: 'hostname',
  what: 'host name',
  find: (text, spaced) => [
    ...matches(text, spaced ? HOST : HOST_DENSE, (found) => /[A-Za-z]{2}/.test(found.slice(0, found.lastIndexOf('.')))),
    ...matches(text, URL),
    ...matches(text, PROMPT),
    ...matches(text, MACHINE),
    ...matches(text, SHARE),
  ],
  flags: [
    'db01.corp.example.com',
    'build-server.local',
    'https://intranet/wiki',
    'jdoe@laptop:~$',
    'nas.home',
    'www.example.de',
    'postgres://admin:pw@db/app',
    'DESKTOP-4F7K2L9',
    'hostname: build7',
    '\\\\fileserver\\share',
  ],
  passes: ['e.g. this', 'index.ts', 'file.txt', 'Hello.World', '3.5'],
};

const PATHS: readonly RegExp[] = [
  // Readers lose slashes at the edge of a line, and backslashes anywhere.
  /(?<![A-Za-z])(?:[Il|1/]?U[Jl]?sers|home)[/\\][A-Za-z0-9._-]{2,64}/g,
  /[A-Z]:[\\/|Il1]{0,2}(?:Users|Benutzer|Utilisateurs)[\\/|Il1]{0,2}[A-Za-z0-9._-]{2,64}/g,
  /(?:\/home\/|\/Users\/|\/export\/home\/|\/usr\/home\/|\/var\/mail\/)[^/\s:;,"'<>]{1,64}/g,
  /[A-Za-z]?:?[\\/]{1,2}(?:Users|Documents ?and ?Settings|Benutzer|Utilisateurs)[\\/]{1,2}[^\\/\s:;,"'<>]{1,64}/gi,
  /(?<![A-Za-z0-9/])~[a-z_][a-z0-9_-]{1,31}(?=\/|$)/g,
  /(?:user(?:name)?|(?<!last ?)login|logname|benutzer(?:name)?|account) ?[:=] ?[^\s,;]{2,64}/gi,
];

/** Folders that no person is named after. */
const NO_USER = /[\\/](?:Shared|Public|Default|runner|root|All Users)$/i;

const userPath: TextRule = {
  id: 'user-name',
  what: 'user name',
  find: (text) => PATHS.flatMap((pattern) => matches(text, pattern, (found) => !NO_USER.test(found))),
  flags: ['/home/jdoe/projects', '/Users/jane/Desktop', 'C:\\Users\\Jane\\Documents', '~jdoe/www', 'username: jdoe'],
  passes: ['/usr/local/bin', '/Users/Shared', 'C:\\Windows\\System32', 'the user is happy'],
};

/** What leads to a person, a machine or a network. */
export const NETWORK_RULES: readonly TextRule[] = [email, handle, address, hostname, userPath];
