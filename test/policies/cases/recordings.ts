import { FORENSIC_MACHINE_ROLE_NAME } from '@cordon/incident';
import { ACCOUNTS, HOME, type AccountName } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

/** A session's recording in a log group. */
export const recordingOf = (group: string, account: AccountName = 'forensics'): string =>
  `arn:aws:logs:${HOME}:${ACCOUNTS[account]}:log-group:${group}:log-stream:ada-0a1b2c3d`;

/** What streams a session into its log group, and into no other. */
export const recordingCases: readonly PowerCase[] = [
  ...['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'].flatMap(
    (action): readonly PowerCase[] => [
      {
        name: `the agent of the forensic machine records a session by ${action}`,
        as: 'forensic machine',
        action,
        on: recordingOf('/cordon/sessions'),
        answer: 'allowed',
      },
      {
        name: `malware on the forensic machine carries data into another log group by ${action}`,
        as: 'forensic machine',
        action,
        on: recordingOf('/somebody/elses'),
        answer: { notAllowedBy: 'identity' },
      },
      {
        name: `malware with credentials of member writes among the recordings by ${action} through the endpoint`,
        as: 'administrator of member',
        action,
        on: recordingOf('/cordon/sessions'),
        owner: 'forensics',
        through: 'logs',
        // Had somebody opened the log group to that account.
        alone: 'role',
        guardrails: 'off',
        answer: { notAllowedBy: 'endpoint' },
      },
      {
        name: `malware carries data into another log group by ${action} through the endpoint, with a role that may`,
        as: 'administrator of forensics',
        action,
        on: recordingOf('/somebody/elses'),
        through: 'logs',
        answer: { notAllowedBy: 'endpoint' },
      },
    ],
  ),
  {
    name: 'the agent of the forensic machine looks whether its log group is there',
    as: 'forensic machine',
    action: 'logs:DescribeLogGroups',
    on: '*',
    answer: 'allowed',
  },
  {
    name: 'malware on the forensic machine reads the recordings of others',
    as: 'forensic machine',
    action: 'logs:GetLogEvents',
    on: recordingOf('/cordon/sessions'),
    alone: 'resource',
    answer: { deniedBy: [`forensics/${FORENSIC_MACHINE_ROLE_NAME}/NothingElse`] },
  },
];
