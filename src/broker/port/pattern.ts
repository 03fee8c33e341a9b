/** Whether a bus subject matches: `*` is any one token between dots, a final `>` any one or more. */
export function subjectMatcher(pattern: string): (subject: string) => boolean {
  const wanted = pattern.split('.');
  const rest = wanted.at(-1) === '>';
  if (rest) wanted.pop();
  return (subject) => {
    const tokens = subject.split('.');
    if (rest ? tokens.length <= wanted.length : tokens.length !== wanted.length) return false;
    return wanted.every((token, at) => token === '*' || token === tokens[at]);
  };
}
