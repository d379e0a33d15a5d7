import { INCIDENT_TABLE_NAME, LOCKED_SOURCES } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const TABLE = `arn:aws:dynamodb:${HOME}:${ACCOUNTS.security}:table/${INCIDENT_TABLE_NAME}`;

interface Queue {
  readonly step: 'take-custody' | 'hand-over';
  /** The partition that it may work in. */
  readonly partition: string;
  readonly actions: readonly (readonly [does: string, action: string])[];
}

const LOOKS = ['looks who copies and who waits for it', 'dynamodb:Query'] as const;
const LEAVES = ['takes a copy out of those that wait', 'dynamodb:DeleteItem'] as const;

const QUEUES: readonly Queue[] = [
  { step: 'take-custody', partition: `copies#${HOME}`, actions: [LOOKS, LEAVES] },
  {
    step: 'hand-over',
    partition: `copies#${ACCOUNTS.member}#${HOME}`,
    actions: [LOOKS, LEAVES, ['keeps that a copy in a member waits', 'dynamodb:PutItem']],
  },
  {
    step: 'hand-over',
    partition: LOCKED_SOURCES,
    actions: [
      ['looks which snapshots stay until their lock has ended', 'dynamodb:Query'],
      ['keeps which snapshots stay until their lock has ended', 'dynamodb:PutItem'],
      ['forgets snapshots that are deleted', 'dynamodb:DeleteItem'],
    ],
  },
];

/** The functions that copy read and empty the queues of copies, and neither read, write nor delete anything else of the table by that right. */
export const copyQueueCases: readonly PowerCase[] = QUEUES.flatMap(({ step, partition, actions }) =>
  actions.flatMap(([does, action]): readonly PowerCase[] => [
    {
      name: `the ${step} function ${does}`,
      as: `function ${step}`,
      action,
      on: TABLE,
      given: { 'dynamodb:LeadingKeys': [partition] },
      answer: 'allowed',
    },
    ...[
      {
        where: 'in the rows of an incident',
        given: { 'dynamodb:LeadingKeys': ['incident#inc-20261121-cases'] },
      },
      {
        where: 'beside the halt switch',
        given: { 'dynamodb:LeadingKeys': [partition, 'limit#halt'] },
      },
      { where: 'nowhere in particular', given: {} },
    ].map(({ where, given }): PowerCase => ({
      name: `the ${step} function ${does} ${where}`,
      as: `function ${step}`,
      action,
      on: TABLE,
      given,
      guardrails: 'off',
      answer: { notAllowedBy: 'identity' },
    })),
  ]),
);
