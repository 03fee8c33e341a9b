import { readFileSync } from 'node:fs';
import { CodedError } from '../../model/coded-error.ts';

/** Contents of PEM files. */
export type TlsFiles = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

/** What the URLs of servers have in common. Errors have the hint of the adapter, and never repeat a secret. */
export class ServerUrl {
  readonly #hint: string;
  readonly #known: ReadonlySet<string>;
  readonly #code: string;

  /** `known` are the options behind the `?`, `code` is that of the errors. */
  constructor(hint: string, known: ReadonlySet<string>, code = 'bad_broker_url') {
    this.#hint = hint;
    this.#known = known;
    this.#code = code;
  }

  bad(text: string): CodedError {
    return new CodedError(this.#code, text, { hint: this.#hint });
  }

  options(query: string): ReadonlyMap<string, string> {
    const options = new Map(new URLSearchParams(query));
    const unknown = [...options.keys()].find((name) => !this.#known.has(name));
    if (unknown !== undefined) throw this.bad(`the URL has an unknown option '${unknown}'`);
    return options;
  }

  /** `%XX` stands for a byte. */
  decoded(text: string): string {
    try {
      return decodeURIComponent(text);
    } catch {
      throw this.bad(
        "a name or password in the URL is not well encoded: write '%25' for a '%' and '%40' for a '@'",
      );
    }
  }

  /** What stands before the `@`: `USER`, `USER:PASSWORD`, `:PASSWORD`. */
  login(text: string): { readonly user?: string; readonly pass?: string } {
    const at = text.indexOf(':');
    const user = this.decoded(at === -1 ? text : text.slice(0, at));
    return {
      ...(user === '' ? {} : { user }),
      ...(at === -1 ? {} : { pass: this.decoded(text.slice(at + 1)) }),
    };
  }

  /** Present when the scheme or an option demands TLS. */
  tls(options: ReadonlyMap<string, string>, isDemanded: boolean): TlsFiles | undefined {
    const files = (['ca', 'cert', 'key'] as const).flatMap((name) => {
      const path = options.get(name);
      return path === undefined ? [] : [[name, readSecret(name, path, this.#code)] as const];
    });
    return isDemanded || files.length > 0 ? Object.fromEntries(files) : undefined;
  }

  /** The content of the file that `password-file` names, without the blanks around it. */
  passwordIn(options: ReadonlyMap<string, string>): string | undefined {
    const path = options.get('password-file');
    return path === undefined ? undefined : readSecret('password', path, this.#code).toString().trim();
  }
}

/** Error: `code`. */
export function readSecret(what: string, path: string, code = 'bad_broker_url'): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CodedError(code, `the ${what} file ${path} can’t be read`, { cause });
  }
}

/** Whether a host is this machine, as far as its name tells. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.[\d.]+|\[?::1\]?)$/.test(host);
}
