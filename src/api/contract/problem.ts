import { Type } from 'typebox';
import type { Static } from 'typebox';

/** What is wrong, as RFC 9457 has it. `code` is for programs, `hint` says what to do. */
export const problem = Type.Object({
  type: Type.String({ description: 'urn:dagtop:problem:CODE' }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.Optional(Type.String()),
  instance: Type.Optional(Type.String()),
  code: Type.String(),
  hint: Type.Optional(Type.String()),
  /** What exactly does not fit, by JSON Pointer. */
  errors: Type.Optional(Type.Array(Type.Object({ at: Type.String(), message: Type.String() }))),
});
export type Problem = Static<typeof problem>;

export const PROBLEM_TYPE = 'application/problem+json';
