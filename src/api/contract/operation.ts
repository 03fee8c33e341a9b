import type { TObject, TSchema } from 'typebox';

/** Each may all that those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `public` needs no token: nothing of what it answers is anybody's data. */
export type Access = Role | 'public';

/** One operation of the API: what the server registers, the client calls and the OpenAPI page shows. */
export type Operation = {
  readonly method: 'GET' | 'POST';
  /** With `{name}` for each part that varies. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly tag: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TObject;
  /** The request may come without a body, which is as good as `{}`. */
  readonly isBodyOptional?: true;
  readonly status: 200 | 202;
  /** JSON, or what the answer is by its media type. */
  readonly answer: TSchema | { readonly media: Readonly<Record<string, TSchema>> };
  /** What can be wrong beside 400, 401, 403, 406, 413, 415, 429 and 500, which any may answer. */
  readonly problems: readonly (404 | 409 | 422 | 503)[];
};

export type Operations = Readonly<Record<string, Operation>>;
