import type { Notice } from './notice.ts';
import type { Urgency } from './words.ts';

const HOW_SOON: Readonly<Record<Urgency, string>> = {
  act: 'Somebody must act now.',
  look: 'Somebody should look at it today.',
  know: 'Nobody needs to do anything.',
};

/** A notice as the text of a mail: what happened, how urgent it is, where, why, what to do. */
export const asMail = ({ title, urgency, facts, reasons, next, runbook }: Notice): string =>
  [
    `${title}.`,
    HOW_SOON[urgency],
    '',
    ...facts.map(([label, value]) => `${`${label}:`.padEnd(12)} ${value}`),
    ...(reasons.length === 0 ? [] : ['', 'Why:', ...reasons.map((reason) => `- ${reason}`)]),
    ...(next.length === 0 && runbook === undefined
      ? []
      : [
          '',
          'What to do:',
          ...next.map((one) => `- ${one}`),
          ...(runbook === undefined ? [] : [`- Runbook: docs/runbooks/${runbook}.md`]),
        ]),
    '',
    'Text above that came from outside was changed so that it is no link.',
    '',
  ].join('\n');

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (Subject): fewer than 100 ASCII characters, the first one no blank. */
const LONGEST_SUBJECT = 99;

/** The subject of the mail: what is to be known on the lock screen of a phone. */
export const mailSubject = ({ title, urgency, place }: Notice): string => {
  const where = place === undefined ? '' : `: ${place.instanceId} in ${place.account}, ${place.region}`;
  return `Cordon ${urgency === 'act' ? '[act now] ' : ''}${title}${where}`.slice(0, LONGEST_SUBJECT);
};
