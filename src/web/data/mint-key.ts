/** A key that names one wish, for the API to know a second copy of it by. `_wish`: another wish is another key. */
export function mintKey(_wish: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
