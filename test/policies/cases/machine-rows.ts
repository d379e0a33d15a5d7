import { INCIDENT_TABLE_NAME, MACHINES, type StepName } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const TABLE = `arn:aws:dynamodb:${HOME}:${ACCOUNTS.security}:table/${INCIDENT_TABLE_NAME}`;

const ROWS: readonly { readonly of: StepName; readonly does: string; readonly action: string }[] = [
  { of: 'investigate', does: 'notes a machine that it is about to start', action: 'dynamodb:PutItem' },
  { of: 'end-machines', does: 'lists machines', action: 'dynamodb:Query' },
  { of: 'end-machines', does: 'notes that a machine is ended', action: 'dynamodb:PutItem' },
  { of: 'end-machines', does: 'forgets a machine that has ended', action: 'dynamodb:DeleteItem' },
];

/** Who starts and ends forensic machines reads and writes their rows, and nothing else of the table. */
export const machineRowCases: readonly PowerCase[] = ROWS.flatMap(
  ({ of, does, action }): readonly PowerCase[] => [
    {
      name: `the ${of} function ${does}`,
      as: `function ${of}`,
      action,
      on: TABLE,
      given: { 'dynamodb:LeadingKeys': [MACHINES] },
      answer: 'allowed',
    },
    ...[
      { where: 'in the rows of an incident', keys: ['incident#inc-20261121-cases'] },
      { where: 'beside the halt switch', keys: [MACHINES, 'limit#halt'] },
      { where: 'nowhere in particular', keys: undefined },
    ].map(({ where, keys }): PowerCase => ({
      name: `the ${of} function ${does} ${where}`,
      as: `function ${of}`,
      action,
      on: TABLE,
      given: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
      guardrails: 'off',
      answer: { notAllowedBy: 'identity' },
    })),
  ],
);
