import type { DagName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { isLoopbackHost, NOTICE_KINDS } from '../model/notify-target.ts';
import type { NoticeKind, NotifyTarget } from '../model/notify-target.ts';
import { quoted } from './diagnostic.ts';
import { readFields, reportType } from './fields.ts';
import type { Field, Fields } from './fields.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggestion.ts';
import { readFlag, readNames, readText } from './values.ts';

const TARGET_KEYS = ['url', 'on', 'dags', 'secret_file', 'ca_file', 'allow_private'];
const URL_MAX_LENGTH = 2_048;

/** `notify` in `dagtop.yaml`: a list of targets, each with its problems reported. */
export function readNotify(problems: Problems, field: Field): NotifyTarget[] {
  const { value } = field;
  if (value.kind !== 'list') {
    reportType(problems, field, 'a list of targets', 'such as [{url: https://…, secret_file: FILE}]');
    return [];
  }
  if (value.items.length > limits.notifyTargetsMax)
    problems.error(
      field.at,
      `notify has ${value.items.length} targets; the bound is ${limits.notifyTargetsMax}`,
    );
  const seen = new Set<string>();
  return value.items.flatMap((item, at) => {
    const fields = readFields(problems, item, `target ${at + 1} of notify`, { known: TARGET_KEYS });
    const target = fields && readTarget(problems, fields, item.at, at + 1);
    if (target === undefined) return [];
    if (seen.has(target.url))
      problems.error(item.at, `target ${at + 1} of notify has the url of one before`, 'make them one');
    seen.add(target.url);
    return [target];
  });
}

function readTarget(
  problems: Problems,
  fields: Fields,
  at: number,
  number: number,
): NotifyTarget | undefined {
  const text = (key: string): string | undefined => {
    const field = fields.get(key);
    return field && readText(problems, field);
  };
  const missing = ['url', 'secret_file'].filter((key) => !fields.has(key));
  for (const key of missing)
    problems.error(
      at,
      `target ${number} of notify has no ${key}`,
      key === 'url'
        ? 'name where the messages go'
        : 'messages are signed: openssl rand -base64 32 > FILE, and name the file',
    );
  const urlField = fields.get('url');
  const url = urlField && readUrl(problems, urlField);
  const secretFile = text('secret_file');
  const on = fields.get('on');
  const dags = fields.get('dags');
  const names = dags && readNames<DagName>(problems, dags, 'name');
  const allow = fields.get('allow_private');
  const caFile = text('ca_file');
  const kinds = on === undefined ? [...NOTICE_KINDS] : readKinds(problems, on);
  const allowsPrivate = (allow && readFlag(problems, allow)) ?? false;
  if (url === undefined || secretFile === undefined) return undefined;
  return { url, on: kinds, dags: names?.map(({ name }) => name), secretFile, caFile, allowsPrivate };
}

/** An address that messages may go to: encrypted, unless it is this machine. */
function readUrl(problems: Problems, field: Field): string | undefined {
  const text = readText(problems, field, 'a URL');
  if (text === undefined) return undefined;
  const report = (message: string, hint?: string): undefined => {
    problems.error(field.value.at, `${field.label} ${message}`, hint);
    return undefined;
  };
  const url = URL.canParse(text) && text.length <= URL_MAX_LENGTH ? new URL(text) : undefined;
  if (url === undefined) return report('is no URL', 'write https://HOST/PATH');
  if (url.username !== '' || url.password !== '')
    return report('holds a login', 'messages are signed with secret_file instead');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))
    return url.href;
  return report(
    `is ${quoted(url.protocol)} to another machine`,
    'write https://: messages tell what your commands print',
  );
}

function readKinds(problems: Problems, field: Field): NoticeKind[] {
  const items = field.value.kind === 'list' ? field.value.items : [field.value];
  const kinds = items.flatMap((item) => {
    const text = readText(
      problems,
      { label: field.label, at: item.at, value: item },
      NOTICE_KINDS.join(' or '),
    );
    const kind = NOTICE_KINDS.find((one) => one === text);
    if (kind !== undefined) return [kind];
    if (text !== undefined)
      problems.error(
        item.at,
        `${field.label} names ${quoted(text)}`,
        didYouMean(text, NOTICE_KINDS) ?? `it takes ${NOTICE_KINDS.join(' and ')}`,
      );
    return [];
  });
  if (items.length === 0) problems.error(field.at, `${field.label} is empty`, 'remove it to hear of both');
  return [...new Set(kinds)];
}
