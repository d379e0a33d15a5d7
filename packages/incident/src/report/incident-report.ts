import { triageSentence } from '../examination/triage.ts';
import type { SealInput } from '../workflow/steps-io.ts';
import { subjectOf } from '../workflow/disk.ts';
import { sentenceOf, type JudgedIncident } from './judge-incident.ts';

/** Text for markdown: nothing that a tag, name or error message holds may become markup, a link or a new line. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]()#+!|<>~&]/g, (character) => `&#${character.codePointAt(0)};`)
    .slice(0, 600);

const row = (...cells: readonly (string | undefined)[]): string =>
  `| ${cells.map((cell) => plain(cell ?? '')).join(' | ')} |`;

/** The disks, those of the freeze and those that hold memory. */
/** How long a disk waited for a slot to be copied in, where it did. */
const waitedFor = ({ queue }: SealInput['disks'][number]): string =>
  queue?.waitedSeconds === undefined
    ? ''
    : ` (waited ${queue.waitedSeconds} s for a slot to be copied in, at position ${queue.position} when it last asked)`;

const diskLines = (disks: SealInput['disks']): readonly string[] => [
  '## Disks',
  '',
  '| volume | evidence copy | how it stands | route |',
  '| --- | --- | --- | --- |',
  ...disks.map((disk) =>
    row(
      subjectOf(disk),
      disk.evidenceSnapshotId ?? 'none',
      `${disk.phase === 'secured' ? 'in custody' : (disk.because ?? disk.phase)}${waitedFor(disk)}`,
      disk.route,
    ),
  ),
  '',
  ...(disks.some(({ holds }) => holds === 'memory')
    ? [
        'Copies marked (memory) were taken after a crash or hibernation, for the memory that it left on a disk; they are no part of the freeze.',
        '',
      ]
    : []),
];
const decisionLines = ({ decisions }: SealInput): readonly string[] =>
  decisions.length === 0
    ? []
    : [
        '## Decisions',
        '',
        '| asked | decided | by | at | plan | steps |',
        '| --- | --- | --- | --- | --- | --- |',
        ...decisions.map((decision) =>
          row(
            String(decision.round),
            sentenceOf(decision),
            decision.by?.arn ?? 'nobody',
            decision.at,
            decision.planHash,
            decision.only?.join(', ') ?? 'all',
          ),
        ),
        '',
      ];

/** What was opened for a bounded time, and whether it was closed. */
const openedOf = (outcomes: SealInput['outcomes']): string => {
  const opened = outcomes.filter(
    ({ id, status }) => status !== 'refused' && /^(untrack-connections|keep-management-path):/.test(id),
  );
  const closed = (id: string): boolean =>
    outcomes.some((outcome) => outcome.id === `close:${id}` && outcome.status === 'done');
  return opened
    .map(({ id }) =>
      closed(id)
        ? ` ${plain(id)} opened an interface for a bounded time; it was closed and read back.`
        : ` ${plain(id)} opened an interface for a bounded time; that it was closed is not in this report: see the table and the event path-closed.`,
    )
    .join('');
};

/**
 * The report for people, as markdown: what happened, what was done, what is in custody, what is missing and why. Every
 * value is escaped, for some of them are the attacker's. The signed truth is the manifest; this page says so.
 */
export const incidentReport = (input: SealInput, judged: JudgedIncident, writtenAt: string): string => {
  const { incident, plan, outcomes, verification, disks, examination } = input;
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const lines = [
    `# Incident ${plain(incident.incidentId)}: ${judged.status}`,
    '',
    ...judged.reasons.map((reason) => `- ${plain(reason)}`),
    '',
    '| what | value |',
    '| --- | --- |',
    row('instance', `${incident.instanceId} in ${incident.account}, ${incident.region}`),
    row('finding', `${incident.findingType} (severity ${incident.severity}), ${incident.findingId}`),
    row('event arrived', incident.arrivedAt),
    row('contained', verification?.containedAt ?? 'not verified'),
    row('plan', plan?.hash ?? 'none'),
    row('report written', writtenAt),
    '',
    '## What was done',
    '',
    '| step | why | became | detail |',
    '| --- | --- | --- | --- |',
    ...(plan?.steps ?? []).map((step) => {
      const outcome = outcomeOf.get(step.id);
      const unsaid = step.gate === 'climb' ? 'not climbed to' : 'see below';
      return row(step.id, step.because, outcome?.status ?? unsaid, outcome?.detail);
    }),
    ...outcomes
      .filter(({ id }) => !(plan?.steps ?? []).some((step) => step.id === id))
      .map((outcome) => row(outcome.id, '', outcome.status, outcome.detail)),
    '',
    ...decisionLines(input),
    ...diskLines(disks),
    '## Forensic machine',
    '',
    examination?.machineId === undefined
      ? 'None was started.'
      : `${plain(examination.machineId)} with ${examination.volumes.filter(({ attached }) => attached).length} volume(s), each made from a locked copy. ${plain(triageSentence(examination.triage))}`,
    '',
    verification?.status === 'contained'
      ? (verification.heldByRungs ?? []).length === 0
        ? `Every interface was read back in an empty group; connections that were already tracked may live on until they end.${openedOf(outcomes)}`
        : `Read back as closed by what was climbed to alone, and open again with it: ${(verification.heldByRungs ?? []).map(plain).join('; ')}.`
      : 'The instance was not read back as contained.',
    'This page is for reading. What counts is the signed manifest beside it: `cordon evidence verify`.',
    '',
  ];
  return lines.join('\n');
};
