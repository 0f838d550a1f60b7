import { matches, type TextRule } from './rule.js';

/** Tokens whose issuers gave them a mark of their own. */
const MARKED: readonly RegExp[] = [
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,20}/g,
  /(?<![A-Za-z0-9])gh[pousr]_ ?[A-Za-z0-9]{16,255}/g,
  /github_pat_[A-Za-z0-9_]{16,255}/g,
  /glpat-[A-Za-z0-9_-]{16,64}/g,
  /(?<![A-Za-z0-9])(?:sk|pk|rk|whsec)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{14,200}/g,
  /xox[abeoprs]-[A-Za-z0-9-]{8,200}/g,
  /AIza[A-Za-z0-9_-]{28,40}/g,
  /ya29\.[A-Za-z0-9_-]{16,200}/g,
  /(?<![A-Za-z0-9])ey[JI][A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{0,600})?/g,
  /(?<![A-Za-z0-9])(?:npm|hf|dop_v1|shpat|shpss|pypi|figd|lin_api|sq0atp|EAA)[_-][A-Za-z0-9_-]{16,255}/g,
  /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/g,
  // Readers lose some of the dashes.
  /[^A-Za-z0-9]{0,8}BEGIN ?[A-Z ]{0,30}(?:PRIVATE ?KEY|CERTIFICATE|OPENSSH)[A-Z ]{0,20}[^A-Za-z0-9]{0,8}/g,
  /hvs\.[A-Za-z0-9_-]{16,200}/g,
  /AGE-SECRET-KEY-1[0-9A-Z]{20,80}/g,
  // A bot of Telegram
  /(?<!\d)\d{8,10}:[A-Za-z0-9_-]{32,40}(?![A-Za-z0-9_-])/g,
  /(?<![A-Za-z0-9-])[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}(?![A-Za-z0-9-])/g,
  /-{3,5} ?BEGIN ?PGP ?(?:PRIVATE|MESSAGE)[A-Z ]{0,20}-{0,5}/g,
  /ssh-(?:rsa|ed25519|dss) {0,2}[A-Za-z0-9+/=]{20,600}/g,
];

const NAMED =
  /(?:pass(?:word|wort|wd|phrase|code)?|kennwort|mot ?de ?passe|contrase[nñ]a|wachtwoord|senha|has[lł]o|schl(?:ü|u|ue)ssel|(?:wi-?fi|wlan|network|security|licen[cs]e|product|account|recovery|shared[-_ ]?access|encryption|signing|master|storage)[-_ ]?key|pwd|secret|token|ap[il1|][-_ .]{0,2}key|access[-_ ]?key|client[-_ ]?secret|private[-_ ]?key|auth[-_ ]?key|credential|pin|psk|wpa2?|otp|bearer)["']? {0,2}[:=] {0,2}["']?[^\s"']{3,200}/gi;
const BEARER = /(?:authorization|bearer)[: ]{1,3}(?:basic |bearer )?[A-Za-z0-9._~+/=-]{12,600}/gi;

/** Codes that are sent for signing in, and the one behind a card. */
const CODE =
  /(?:(?:verification|security|log-?in|sign-?in|access|your|confirmation|one-time|sms|authentication|auth|2fa|backup|pass|zugangs|sicherheits|bestätigungs)[- ]?(?:[A-Za-z-]{2,14} )?code(?: ?(?:is|lautet|:|=|-)){0,2}|(?<![A-Za-z])(?:otp|m?tan|pin)(?: ?(?:is|code|:|=)){0,2}|(?<![A-Za-z])(?:cvv2?|cvc2?))[: ]{0,3}(?:[A-Z]-)?\d(?:[ -]?\d){2,7}(?![\dA-Za-z])/gi;

/** A run of characters as no word has them. */
const RANDOM = /(?<![A-Za-z0-9+/_\-.])[A-Za-z0-9+/_-]{20,200}={0,2}(?![A-Za-z0-9+/_\-.])/g;

/** Bits for each character, by how often each occurs. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function looksRandom(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  const letters = text.replace(/[^A-Za-z]/g, '').length;
  if (digits === 1 || digits === 2) return text.length >= 30 && mixed(text) && entropy(text) > 4;
  if (digits < 3 || letters < 3 || /^[a-z]+(?:[-_/][a-z0-9]+){2,}$/i.test(text)) return false;
  const hex = /^[0-9a-f]+$/i.test(text);
  return entropy(text) > (hex ? 3 : 3.5);
}

/** Capitals, small letters and digits that change places as they do in no name; names that are written together have one capital a word. */
function mixed(text: string): boolean {
  const kinds = [...text].map((letter) => (/[a-z]/.test(letter) ? 'a' : /[A-Z]/.test(letter) ? 'A' : '0'));
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  return new Set(kinds).size === 3 && changes > 0.3 * text.length && (text.match(/(?<=[A-Z])[A-Z]/g)?.length ?? 0) >= 3;
}

const secret: TextRule = {
  id: 'secret',
  what: 'key, token or password',
  find: (text, spaced) => [
    ...MARKED.flatMap((pattern) => matches(text, pattern)),
    ...matches(text, NAMED),
    ...matches(text, BEARER),
    ...matches(text, CODE),
    // Without its spaces a sentence looks like one long token.
    ...(spaced ? matches(text, RANDOM, looksRandom) : []),
  ],
  flags: [
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    'password: hunter2',
    'API_KEY=abc123def',
    'xoxb-123456789012-abcdef',
    'AIzaSyA-1234567890abcdefghijklmnopqrstuv',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc',
    '-----BEGIN RSA PRIVATE KEY-----',
    'd41d8cd98f00b204e9800998ecf8427e',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'Your code is 482913',
    'OTP 482913',
    'WLAN-Schlüssel: 1234567890',
    'AccountKey=abc123def456',
  ],
  passes: [
    'the password is strong',
    'internationalization',
    'src/components/button-group-2',
    '12345678901234567890',
    'Monday',
    'thisIsAVeryLongCamelCaseIdentifierName2',
    'error code 404',
    'zip code',
  ],
};

/** What opens something. */
export const SECRET_RULES: readonly TextRule[] = [secret];
