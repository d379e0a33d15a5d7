import { INCIDENT_TABLE_NAME } from '@cordon/incident';
import { HEARTBEATS } from '@cordon/incident/heartbeat';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const TABLE = `arn:aws:dynamodb:${HOME}:${ACCOUNTS.security}:table/${INCIDENT_TABLE_NAME}`;
const DETECTOR = (account: string): string =>
  `arn:aws:guardduty:eu-central-1:${account}:detector/0123456789abcdef0123456789abcdef`;

/** Who listens to the Regions reads and writes their rows, and nothing else of the table; and reads the detectors of its own account. */
export const heartbeatCases: readonly PowerCase[] = [
  ...['dynamodb:Query', 'dynamodb:UpdateItem'].flatMap((action): readonly PowerCase[] => [
    {
      name: `the heartbeat function uses ${action} on its rows`,
      as: 'function heartbeat',
      action,
      on: TABLE,
      given: { 'dynamodb:LeadingKeys': [HEARTBEATS] },
      answer: 'allowed',
    },
    ...[
      { where: 'on the rows of an incident', keys: ['incident#inc-20261121-cases'] },
      { where: 'beside the halt switch', keys: [HEARTBEATS, 'limit#halt'] },
      { where: 'nowhere in particular', keys: undefined },
    ].map(({ where, keys }): PowerCase => ({
      name: `the heartbeat function uses ${action} ${where}`,
      as: 'function heartbeat',
      action,
      on: TABLE,
      given: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
      guardrails: 'off',
      answer: { notAllowedBy: 'identity' },
    })),
  ]),
  {
    name: 'the heartbeat function reads the detector of another account',
    as: 'function heartbeat',
    action: 'guardduty:GetDetector',
    on: DETECTOR(ACCOUNTS.evidence),
    answer: { notAllowedBy: 'identity' },
  },
];
