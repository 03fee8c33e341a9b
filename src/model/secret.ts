/** What stands in the place of a secret. */
export const MASK = '***';

const SECRET = /TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|KEY/i;

/** Whether the name of a variable or parameter tells that its value is for nobody's eyes. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

/** The same values, with `***` for those whose names tell of secrets. */
export function maskSecrets<T>(values: Readonly<Record<string, T>>): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isSecretName(name) ? MASK : value]),
  );
}
