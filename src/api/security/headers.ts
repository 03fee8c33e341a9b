/** What every answer carries. An answer of the API is data and nothing that a browser could run or show in a frame. */
const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

export function apiHeaders(isTls: boolean): Readonly<Record<string, string>> {
  return { ...COMMON, ...strict(isTls), 'content-security-policy': NOTHING, 'cache-control': 'no-store' };
}

/** What the page may do: run its own files, and ask its own server. */
const PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of the files of the page. */
export function pageHeaders(isTls: boolean): Readonly<Record<string, string>> {
  return { ...COMMON, ...strict(isTls), 'content-security-policy': PAGE };
}

function strict(isTls: boolean): Readonly<Record<string, string>> {
  return isTls ? { 'strict-transport-security': 'max-age=31536000' } : {};
}
