import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../contract/operation.ts';
import { ApiProblem } from '../problem.ts';
import { FailureLimit } from './failure-limit.ts';
import { apiHeaders } from './headers.ts';
import type { HostRules } from './hosts.ts';
import { mayAct } from './tokens.ts';
import type { Caller } from './tokens.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. Without it nobody may. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Whose token came with it; undefined where none is needed. */
    caller: Caller | undefined;
    /** Whether the token would let it in now too: for answers that go on. */
    mayStay: () => Promise<boolean>;
  }
}

export type TokenCheck = { callerOf(token: string): Promise<Caller | 'unknown' | 'expired'> };

export type GateOptions = {
  readonly tokens: TokenCheck;
  readonly hosts: HostRules;
  readonly isTls: boolean;
  readonly nowMs: () => number;
};

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * The one place where requests are let in; it stands before every route, those that do not exist among them. A route that does not say
 * who may use it is refused.
 */
export function createGate({ tokens, hosts, isTls, nowMs }: GateOptions) {
  const failures = new FailureLimit(nowMs);
  const headers = apiHeaders(isTls);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    void reply.headers(headers);
    checkHost(request, hosts);
    // Of what does not exist only those learn who may read what does.
    const access = request.is404 ? 'viewer' : request.routeOptions.config.access;
    if (access === 'public') return;
    if (access === undefined)
      throw new ApiProblem(403, 'forbidden', 'nobody may use this route', { hint: 'it declares no role' });
    if (isFromElsewhere(request))
      throw new ApiProblem(403, 'foreign_origin', 'a page of another origin may not ask');
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const caller = token === undefined ? 'missing' : await tokens.callerOf(token);
    if (typeof caller === 'string') throw unauthorized(caller, failures, request.ip, reply);
    request.caller = caller;
    request.mayStay = async () => typeof (await tokens.callerOf(token ?? '')) !== 'string';
    if (!mayAct(caller.role, access))
      throw new ApiProblem(403, 'forbidden', `this takes a token of the role ${access}`, {
        hint: `'${caller.name}' is ${caller.role}; dagtop token create --role ${access}`,
      });
  };
}

function checkHost(request: FastifyRequest, hosts: HostRules): void {
  const { host, origin } = request.headers;
  if (!hosts.isHost(host))
    throw new ApiProblem(421, 'foreign_host', 'this server is not known by that name', {
      hint: 'ask by its address, or start it with --public-url',
    });
  if (origin !== undefined && !hosts.isOrigin(origin, host ?? ''))
    throw new ApiProblem(403, 'foreign_origin', 'a page of another origin may not ask', {
      hint: 'behind a proxy: --public-url',
    });
}

/** As the browser says it, where it says no origin. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

function unauthorized(
  why: 'missing' | 'unknown' | 'expired',
  failures: FailureLimit,
  address: string,
  reply: FastifyReply,
): ApiProblem {
  // Who asks without a token guesses none.
  const waitS = why === 'missing' ? 0 : failures.add(address);
  if (waitS > 0)
    return new ApiProblem(429, 'too_many_failures', 'too many wrong tokens from this address', {
      retryAfterS: waitS,
    });
  void reply.header('www-authenticate', 'Bearer realm="dagtop"');
  const text = {
    missing: 'a token is needed: Authorization: Bearer TOKEN',
    unknown: 'this token is not known',
    expired: 'this token has expired',
  }[why];
  return new ApiProblem(401, why === 'expired' ? 'token_expired' : 'unauthorized', text, {
    hint: 'the file of --token-file has one, dagtop token create makes one',
  });
}
