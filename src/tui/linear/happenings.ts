import { sanitizeText } from '../../graph/text.ts';
import { spokenEvent, spokenState } from '../../view/spoken.ts';
import type { MonitorSource } from '../source.ts';
import type { Speaker } from './speaker.ts';

/** Tells events, news and the state of the link as they come; what was there before is history. */
export function tellWhatHappens(source: MonitorSource, speaker: Speaker): () => void {
  const seen = (): number => source.recent.dropped + source.recent.events.length;
  let heard = source.link === undefined ? undefined : seen();
  let notices = source.notices.at(-1);
  let link = linkText(source);
  return source.onChange(() => {
    const news = source.recent.events.slice(Math.max(0, (heard ?? seen()) - source.recent.dropped));
    if (source.link !== undefined) {
      if (heard === undefined) speaker.answer(spokenState(source.state, source.nowMs()));
      heard = seen();
    }
    for (const { event, verdict } of news) {
      const said = verdict.accepted ? spokenEvent(source.state, event) : undefined;
      if (said !== undefined) speaker.tell(said);
    }
    const fresh = source.notices.slice(notices === undefined ? 0 : source.notices.lastIndexOf(notices) + 1);
    for (const { level, text } of fresh)
      speaker.tell({ text: sanitizeText(`${level === 'info' ? '' : `${level}: `}${text}`), isTelling: true });
    notices = source.notices.at(-1);
    if (linkText(source) !== link) speaker.tell({ text: linkText(source), isTelling: true });
    link = linkText(source);
  });
}

function linkText({ link, fault }: MonitorSource): string {
  if (fault !== undefined)
    return sanitizeText(`The event log can't be followed any further: ${fault.message}`);
  if (link === undefined) return 'The broker is being opened.';
  return link.up ? 'There is a link to the broker.' : sanitizeText(`No link to the broker: ${link.reason}`);
}
