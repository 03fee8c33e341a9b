import type { TlsFiles } from './server-url.ts';

export type TlsProblem = { readonly what: string; readonly hint: string };

/** In the words of Node and OpenSSL; the first that fits counts. */
const CAUSES: readonly (readonly [RegExp, (scheme: string, text: string, tls?: TlsFiles) => TlsProblem])[] = [
  [
    /altnames|ALTNAME/i,
    (_scheme, text) => ({
      what: `its certificate is for another host${/altnames(: (?:DNS|IP Address):[^)]*)/.exec(text)?.[1] ?? ''}`,
      hint: 'connect by a name that stands in the certificate, or give the server a certificate for this one',
    }),
  ],
  [
    /certificate has expired|CERT_HAS_EXPIRED/,
    () => ({
      what: 'its certificate has expired',
      hint: 'renew it on the server; or is the clock here wrong?',
    }),
  ],
  [
    /certificate is not yet valid|CERT_NOT_YET_VALID/,
    () => ({ what: 'its certificate is not valid yet', hint: 'are the clocks here and there right?' }),
  ],
  [
    /self.signed|unable to (?:verify|get)|issuer/i,
    (scheme, _text, tls) => ({
      what: 'its certificate is signed by nobody who is trusted here',
      hint:
        tls?.ca === undefined
          ? `give the file of the CA that signed it: '${scheme}://HOST?ca=FILE'`
          : "the file that 'ca=' names is not of the CA that signed it",
    }),
  ],
  [
    /alert|certificate required/i,
    (scheme, _text, tls) => ({
      what:
        tls?.cert === undefined
          ? 'it wants a certificate of ours, or none of our ciphers'
          : 'it does not take our certificate',
      hint: `give one that it trusts: '${scheme}://HOST?ca=FILE&cert=FILE&key=FILE'`,
    }),
  ],
  [
    /wrong version number|packet length|tls\W.*is not available|does not support SSL/i,
    () => ({
      what: 'it offers no TLS there',
      hint: 'name the port that speaks TLS, or leave TLS out of the URL',
    }),
  ],
  [
    /key values mismatch|no start line|PEM|bad decrypt|asn1/i,
    () => ({
      what: 'a file of the URL is no good',
      hint: 'ca, cert and key are PEM files, the key without a passphrase and of that certificate',
    }),
  ],
  [
    /certificate|tls|ssl/i,
    (scheme, text, tls) => ({
      what: text,
      hint:
        tls === undefined
          ? `it wants TLS: '${scheme}://HOST?ca=FILE'`
          : 'check ca, cert and key in the URL, and that the server offers TLS there',
    }),
  ],
];

/**
 * What TLS failed for, told to a user; undefined when `text`, all that an error says, is of something else. `scheme` is that of URLs with TLS, `tls`
 * what the URL says of it.
 */
export function tlsProblem(text: string, scheme: string, tls?: TlsFiles): TlsProblem | undefined {
  const told = CAUSES.find(([words]) => words.test(text))?.[1](scheme, text, tls);
  return told === undefined ? undefined : { ...told, what: `TLS failed: ${told.what}` };
}
