import { changeTokens, readTokens } from '../../api/security/token-file.ts';
import { hashToken, mintToken } from '../../api/security/tokens.ts';
import { ROLES } from '../../api/contract/operation.ts';
import type { Role } from '../../api/contract/operation.ts';
import { parseDuration } from '../../definition/duration.ts';
import { sanitizeText, textWidth } from '../../graph/text.ts';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { tokensPath } from '../api-host.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { readSettings } from '../settings.ts';
import { systemClock } from '../system-clock.ts';

type TokenFlags = {
  readonly name?: string;
  readonly role?: Role;
  readonly expires?: string;
  readonly json?: boolean;
};

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Makes, lists or revokes tokens of the API. */
export function token(verb: string, nameText: string | undefined, flags: TokenFlags): Promise<number> {
  const name = nameText ?? flags.name;
  switch (verb) {
    case 'create':
      return createToken(given(name, 'create --name NAME'), flags);
    case 'list':
      return listTokens(flags);
    case 'revoke':
      return revokeToken(given(name, 'revoke NAME'));
    default:
      throw new CodedError('bad_usage', `dagtop token takes create, list or revoke, not '${verb}'`);
  }
}

function given(name: string | undefined, usage: string): string {
  if (name !== undefined) return name;
  throw new CodedError('bad_usage', 'which token?', { hint: `dagtop token ${usage}` });
}

/** Prints it, once: only its hash is kept. */
async function createToken(name: string, { role, expires, json }: TokenFlags): Promise<number> {
  if (role === undefined)
    throw new CodedError('bad_usage', 'what may it do?', { hint: `--role ${ROLES.join(', ')}` });
  if (!NAME.test(name) || name === 'local')
    throw new CodedError('bad_usage', `'${name}' cannot be a token's name`, {
      hint: "letters, digits, '.', '_' and '-', 64 at most; 'local' is the one of the process itself",
    });
  const createdMs = systemClock.nowMs();
  const expiresMs = expires === undefined ? undefined : createdMs + readExpiry(expires);
  const token = mintToken();
  const stored = { name, role, hash: hashToken(token), createdMs };
  const added = expiresMs === undefined ? stored : { ...stored, expiresMs };
  await changeTokens(await pathOfTokens(), (tokens) => {
    if (tokens.some((other) => other.name === name))
      throw new CodedError('bad_usage', `there is a token '${name}'`, {
        hint: `dagtop token revoke ${name}`,
      });
    if (tokens.length >= limits.apiTokensMax)
      throw new CodedError('bad_usage', `there are ${tokens.length} tokens, and that is the bound`);
    return [...tokens, added];
  });
  if (json === true) printJson({ name, role, token, expiresAt: timeText(expiresMs) });
  else printLine(token);
  return EXIT.ok;
}

/** Lists the tokens, without themselves. */
async function listTokens({ json }: TokenFlags): Promise<number> {
  const tokens = await readTokens(await pathOfTokens());
  const nowMs = systemClock.nowMs();
  const rows = tokens.map(({ name, role, createdMs, expiresMs }) => ({
    name,
    role,
    createdAt: timeText(createdMs),
    expiresAt: timeText(expiresMs),
    isExpired: expiresMs !== undefined && expiresMs <= nowMs,
  }));
  if (json === true) for (const row of rows) printJson(row);
  else if (rows.length === 0) printLine('no tokens yet: dagtop token create --name NAME --role viewer');
  else {
    const cells = rows.map(({ name, role, createdAt = '-', expiresAt = 'never', isExpired }) => [
      sanitizeText(name),
      role,
      createdAt,
      isExpired ? `${expiresAt} (expired)` : expiresAt,
    ]);
    for (const line of formatTable(['NAME', 'ROLE', 'CREATED', 'EXPIRES'], cells, textWidth)) printLine(line);
  }
  return EXIT.ok;
}

/** From now on the token lets nobody in. */
async function revokeToken(name: string): Promise<number> {
  await changeTokens(await pathOfTokens(), (tokens) => {
    const left = tokens.filter((other) => other.name !== name);
    if (left.length === tokens.length)
      throw new CodedError('no_such_token', `there is no token '${name}'`, { hint: 'dagtop token list' });
    return left;
  });
  printLine(`revoked ${name}`);
  return EXIT.ok;
}

async function pathOfTokens(): Promise<string> {
  return tokensPath((await readSettings({})).dataFolder);
}

function readExpiry(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new CodedError('bad_usage', `--expires takes a duration such as 90d, not '${text}'`);
}

function timeText(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}
