import { REPORT_LABELS } from '@cordon/incident';
import { everyText, text } from '../fields.ts';
import { vaultVersions } from '../custody.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf } from '../our-calls.ts';
import type { Scene } from '../scene.ts';

/** A place that people or machines read, with every text in it as it would be read there. */
interface Outlet {
  readonly where: string;
  readonly texts: readonly string[];
}

/** What a reader of JSON sees, beside the text itself: escaping inside JSON is no escaping for whoever reads the value. */
const asRead = (written: string): readonly string[] => {
  try {
    return [written, ...everyText(JSON.parse(written))];
  } catch {
    return [written];
  }
};

const outlets = ({ calls, events, remains }: Scene): readonly Outlet[] => [
  ...calls
    .filter(({ call }) => call.service === 'sns')
    .map((one) => ({
      where: nameOf(one),
      texts: ['Subject', 'Message'].flatMap((name) => asRead(text(one.call.input, name) ?? '')),
    })),
  ...calls
    .filter(({ call }) => call.service === 'ssm')
    .map((one) => ({ where: nameOf(one), texts: everyText(one.call.input) })),
  ...events.map((event) => ({ where: `event ${event.kind} at ${event.at}`, texts: everyText(event) })),
  ...[...vaultVersions(remains)]
    .filter(([key]) => key.endsWith(`/${REPORT_LABELS.page}`))
    .map(([key, { body }]) => ({ where: key, texts: [body.toString('utf8')] })),
];

/** DESIGN section 7, 9: text that an attacker chose reaches no shell, document, message or report unescaped. */
export const hostileTextContained: Invariant = {
  id: 'hostile-text-contained',
  judge: (scene) => {
    const hostile = scene.remains.hostileTexts.filter((one) => one !== '');
    if (hostile.length === 0) return notJudged('the run planted no hostile text');
    const looked = outlets(scene);
    const wrong = looked.flatMap(({ where, texts }) =>
      hostile
        .filter((one) => texts.some((read) => read.includes(one)))
        .map((one) => `${where} holds ${JSON.stringify(one.slice(0, 60))} as the attacker wrote it`),
    );
    return verdictOn(
      wrong,
      `none of ${hostile.length} hostile text(s) is in any of ${looked.length} messages, events and reports`,
    );
  },
};
