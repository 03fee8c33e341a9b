/** What a caller handed in and that throws is the caller's mistake: it must not end the adapter's own loop, and not be swallowed either. */
export function guarded<Values extends unknown[]>(
  callback: (...values: Values) => void,
): (...values: Values) => void {
  return (...values) => {
    try {
      callback(...values);
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  };
}
