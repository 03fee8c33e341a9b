const KEY = 'dagtop.token';

/**
 * The token of this tab: from the address (`#token=…`, which is never sent to the server and is taken out of the address at once), else what the tab
 * was given before. It is kept as long as the tab is.
 */
export function takeToken(): string | undefined {
  const found = /[#&]token=([^&]+)/u.exec(location.hash)?.[1];
  if (found === undefined) return storedToken();
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  const token = decodeURIComponent(found);
  keepToken(token);
  return token;
}

export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // A browser that keeps nothing asks again after a reload.
  }
}

export function forgetToken(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

function storedToken(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
