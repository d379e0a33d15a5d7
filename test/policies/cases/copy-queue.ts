import { INCIDENT_TABLE_NAME } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const TABLE = `arn:aws:dynamodb:${HOME}:${ACCOUNTS.security}:table/${INCIDENT_TABLE_NAME}`;

/** Take-custody reads and empties the queue of copies, and neither reads nor deletes anything else of the table. */
export const copyQueueCases: readonly PowerCase[] = [
  { does: 'looks who copies and who waits for it', action: 'dynamodb:Query' },
  { does: 'takes a copy out of those that wait', action: 'dynamodb:DeleteItem' },
].flatMap(({ does, action }): readonly PowerCase[] => [
  {
    name: `the take-custody function ${does}`,
    as: 'function take-custody',
    action,
    on: TABLE,
    given: { 'dynamodb:LeadingKeys': [`copies#${HOME}`] },
    answer: 'allowed',
  },
  ...[
    {
      where: 'in the rows of an incident',
      given: { 'dynamodb:LeadingKeys': ['incident#inc-20261121-cases'] },
    },
    {
      where: 'beside the halt switch',
      given: { 'dynamodb:LeadingKeys': [`copies#${HOME}`, 'limit#halt'] },
    },
    { where: 'nowhere in particular', given: {} },
  ].map(({ where, given }): PowerCase => ({
    name: `the take-custody function ${does} ${where}`,
    as: 'function take-custody',
    action,
    on: TABLE,
    given,
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
]);
